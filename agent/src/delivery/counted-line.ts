/**
 * Something that may happen many times: said when it happens first, then at most every ten minutes, with how often it has
 * happened since it was last said.
 */
export class CountedLine {
  private count = 0;
  private saidMs = -Infinity;

  constructor(
    private readonly write: (count: number, detail: string) => void,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly pauseMs = 10 * 60_000,
  ) {}

  add(count: number, detail: string): void {
    this.count += count;
    if (count === 0 || this.nowMs() - this.saidMs < this.pauseMs) return;
    this.saidMs = this.nowMs();
    this.write(this.count, detail);
    this.count = 0;
  }
}
