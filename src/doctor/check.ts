import type { Fault } from "../common/fault.js";

export type Status = "ok" | "warning" | "failure";

/** One thing that a check has looked at. Holds no secret. */
export interface Finding {
  readonly status: Status;
  /** What was looked at, and how it is; one line. */
  readonly summary: string;
  /** What to do, in a sentence; wherever it is not ok. */
  readonly fix?: string;
}

/** Looks at one subject and changes nothing. What it shares with other checks is opened at the first use. */
export abstract class Check {
  /** Stable, for programs that read the report: `database.encoding`. Unique in a list of checks. */
  abstract readonly name: string;
  /** Names of checks before this one; where one of these finds a failure this one cannot look. */
  abstract readonly needs: readonly string[];
  /**
   * Nothing where there is nothing to look at yet. Throws NotExaminedError where it cannot look, though nothing need be
   * wrong; whatever else it throws is told as a failure of this check.
   */
  abstract run(): Promise<readonly Finding[]>;
}

/** Nothing could be found out, good or bad. */
export class NotExaminedError extends Error {
  readonly fix: string;

  constructor({ what, fix }: Fault, options?: ErrorOptions) {
    super(what, options);
    this.name = "NotExaminedError";
    this.fix = fix;
  }
}

/** The checks of one subject, in the order in which they are run. */
export interface Examination {
  readonly checks: readonly Check[];
  /** Closes what they opened; to be called whatever became of them. */
  close(): Promise<void>;
}

export function ok(summary: string): Finding {
  return { status: "ok", summary };
}

export function warning({ what, fix }: Fault): Finding {
  return { status: "warning", summary: what, fix };
}

export function failure({ what, fix }: Fault): Finding {
  return { status: "failure", summary: what, fix };
}
