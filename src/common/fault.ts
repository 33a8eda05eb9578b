/**
 * What is wrong, and what to do about it in a sentence (no capital, no full stop, so that it can follow either). Neither
 * holds a secret. The log and `fleet-server doctor` tell the same faults, in the same words.
 */
export interface Fault {
  readonly what: string;
  readonly fix: string;
}

/** Both as one line. */
export function describeFault({ what, fix }: Fault): string {
  return `${what}; ${fix}`;
}
