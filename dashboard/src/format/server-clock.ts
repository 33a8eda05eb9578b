/** The header tells whole seconds, so that small differences mean nothing. */
const TOLERANCE_MS = 2_000;
/** So many answers are looked at: nodes answer in turn, and the clock of one may be wrong. */
const LOOKED_AT = 9;
/** While this share of them agrees with the time that is shown, it stays: ages must not jump from answer to answer. */
const ENOUGH = 0.4;

/** By how much this device's clock is off from the servers', as most of them say. */
export class ServerClock {
  private offsets: readonly number[] = [];
  private offset = 0;

  get offsetMs(): number {
    return this.offset;
  }

  /** Learns from an answer's `Date` header. */
  note(header: string | null, localMs: number): void {
    const serverMs = header === null ? NaN : Date.parse(header) + 500;
    if (Number.isNaN(serverMs)) return;
    this.offsets = [...this.offsets, serverMs - localMs].slice(-LOOKED_AT);
    const agreeing = this.offsets.filter((offset) => Math.abs(offset - this.offset) <= TOLERANCE_MS).length;
    if (agreeing >= ENOUGH * this.offsets.length) return;
    const middle = [...this.offsets].sort((a, b) => a - b)[Math.floor(this.offsets.length / 2)] ?? 0;
    this.offset = Math.abs(middle) <= TOLERANCE_MS ? 0 : middle;
  }
}

const clock = new ServerClock();

export function noteServerDate(header: string | null): void {
  clock.note(header, Date.now());
}

/** Now, by the servers' clock: ages must not depend on how well the clock of a phone is set. */
export function serverNow(): number {
  return Date.now() + clock.offsetMs;
}
