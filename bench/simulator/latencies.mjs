const BUCKETS = 400;
/** Each bucket is 4 % wider than the one before; the first begins at 0.05 ms. */
const FIRST_MS = 0.05;
const STEP = Math.log(1.04);

/** Times in buckets of 4 %, so that hours of them take no memory. */
export class Latencies {
  counts = new Uint32Array(BUCKETS);
  count = 0;
  maxMs = 0;

  /** @param {number} ms */
  add(ms) {
    const bucket = Math.max(Math.ceil(Math.log(ms / FIRST_MS) / STEP), 0);
    const index = Math.min(bucket, BUCKETS - 1);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.count += 1;
    this.maxMs = Math.max(this.maxMs, ms);
  }

  /** @param {{ counts: Iterable<number>, maxMs: number }} other */
  merge({ counts, maxMs }) {
    let index = 0;
    for (const count of counts) {
      this.counts[index] = (this.counts[index] ?? 0) + count;
      this.count += count;
      index += 1;
    }
    this.maxMs = Math.max(this.maxMs, maxMs);
  }

  /**
   * The upper end of the bucket that this part of all times does not exceed; 0 when there are none.
   *
   * @param {number} part such as 0.99
   */
  quantile(part) {
    let left = Math.ceil(this.count * part);
    for (let index = 0; index < BUCKETS; index++) {
      left -= this.counts[index] ?? 0;
      if (left <= 0) return this.count === 0 ? 0 : Math.min(FIRST_MS * Math.exp(STEP * index), this.maxMs);
    }
    return this.maxMs;
  }

  clear() {
    this.counts.fill(0);
    this.count = 0;
    this.maxMs = 0;
  }
}
