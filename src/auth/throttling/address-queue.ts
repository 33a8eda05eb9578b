import { FleetError } from "../../common/fleet-error.js";

/** Failures are counted after the password check: so many guesses at most run past a limit, per node. */
const AT_ONCE = 4;
const MAX_WAITING = 100;
const MAX_WAIT_MS = 5_000;

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

  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(address) ?? { running: 0, waiting: new Set() };
    this.lines.set(address, line);
    if (line.running < AT_ONCE) line.running++;
    else await turnIn(line);
    try {
      return await work();
    } finally {
      this.leave(address, line);
    }
  }

  /** Hands the place on, so that nobody who comes now gets ahead of those who wait. */
  private leave(address: string, line: Line): void {
    const [next] = line.waiting;
    if (next) {
      line.waiting.delete(next);
      next();
    } else if (--line.running === 0) {
      this.lines.delete(address);
    }
  }
}

function turnIn({ waiting }: Line): Promise<void> {
  if (waiting.size >= MAX_WAITING) throw tooMany();
  return new Promise((resolve, reject) => {
    const go = () => {
      clearTimeout(giveUp);
      resolve();
    };
    const giveUp = setTimeout(() => {
      waiting.delete(go);
      reject(tooMany());
    }, MAX_WAIT_MS);
    waiting.add(go);
  });
}

function tooMany(): FleetError {
  return new FleetError(429, "TOO_MANY_ATTEMPTS", "Too many logins from your address at once; try again shortly.", {
    retryAfterSeconds: 2,
  });
}
