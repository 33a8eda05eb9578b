import { FleetError } from "../../common/fleet-error.js";

/** Failures are counted after the password check: so many guesses at most run past a limit, per node. */
const AT_ONCE = 4;
const MAX_WAITING = 100;
/** Proxies repeat a login that has no answer after 2 s; the other second is for the check of the password. */
const MAX_WAIT_MS = 1_000;

interface Line {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * Lets a few logins of one address run at a time, the others wait for their turn: a thousand guesses sent at once are
 * not all checked before the first failure counts. Past its bounds it throws FleetError 429
 * TOO_MANY_ATTEMPTS: this is about the client, and no reason for a proxy to take the node out.
 */
export class AddressQueue {
  private readonly lines = new Map<string, Line>();

  /** Work whose turn has not come when `gone` aborts is never begun; this rejects with the signal's reason then. */
  async run<T>(address: string, work: () => Promise<T>, gone?: AbortSignal): Promise<T> {
    gone?.throwIfAborted();
    const line = this.lines.get(address) ?? { running: 0, waiting: new Set() };
    this.lines.set(address, line);
    if (line.running < AT_ONCE) line.running++;
    else await turnIn(line, gone);
    try {
      return await work();
    } finally {
      this.leave(address, line);
    }
  }

  /** Hands the place on, so that nobody who comes now gets ahead of those who wait. */
  private leave(address: string, line: Line): void {
    const [next] = line.waiting;
    if (next) next();
    else if (--line.running === 0) this.lines.delete(address);
  }
}

function turnIn({ waiting }: Line, gone: AbortSignal | undefined): Promise<void> {
  if (waiting.size >= MAX_WAITING) throw tooMany();
  return new Promise((resolve, reject) => {
    const go = () => {
      stopWaiting();
      resolve();
    };
    const drop = () => {
      stopWaiting();
      reject(gone?.reason as Error);
    };
    const giveUp = setTimeout(() => {
      stopWaiting();
      reject(tooMany());
    }, MAX_WAIT_MS);
    const stopWaiting = () => {
      waiting.delete(go);
      clearTimeout(giveUp);
      gone?.removeEventListener("abort", drop);
    };
    waiting.add(go);
    gone?.addEventListener("abort", drop);
  });
}

function tooMany(): FleetError {
  return new FleetError(429, "TOO_MANY_ATTEMPTS", "Too many logins from your address at once; try again shortly.", {
    retryAfterSeconds: 2,
  });
}
