import { randomFillSync } from "node:crypto";

const POOL_BYTES = 4096;

/**
 * Random bytes drawn from the system in bulk, for initialization vectors: a call per vector costs as much as
 * encrypting a small text. No byte is given out twice. Keys do not come from here, so that none lies in a pool.
 */
export class RandomPool {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  /** `length` bytes of their own, at most 4096. */
  take(length: number): Buffer {
    if (this.#used + length > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return Buffer.from(this.#pool.subarray(start, this.#used));
  }
}
