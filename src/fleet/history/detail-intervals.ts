import { NewestEntries } from "../../common/newest-entries.js";

const MAX_MACHINES = 200_000;

/** For each machine the interval of history in which this process last knew a whole sample to be kept. */
export class DetailIntervals<Machine> {
  private readonly last = new NewestEntries<Machine, number>(MAX_MACHINES);

  /** Of 0 ms: every sample is kept whole. */
  constructor(private readonly lengthMs: number) {}

  /** The interval that a sample of `at` falls into, in milliseconds since 1970; the end is outside. */
  around(at: number): { from: number; end: number } {
    const length = Math.max(this.lengthMs, 1);
    const from = Math.floor(at / length) * length;
    return { from, end: from + length };
  }

  isKept(machine: Machine, at: number): boolean {
    return this.last.get(machine) === this.around(at).from;
  }

  note(machine: Machine, at: number): void {
    this.last.set(machine, this.around(at).from);
  }

  /** After a transaction that was rolled back. */
  forget(): void {
    this.last.clear();
  }
}
