import { createHmac, type KeyObject } from "node:crypto";
import { createMacKey } from "./mac-key.js";

const BYTES = 16;

/**
 * Stands in for a value that must be compared or looked up but not revealed: the first 16 bytes of its HMAC-SHA256
 * (truncated as RFC 2104 section 5 allows). Equal values give equal hashes under one key, of at least 32 bytes.
 */
export class KeyedHash {
  readonly #key: KeyObject;

  constructor(key: Buffer) {
    this.#key = createMacKey(key);
  }

  /** 32 hex characters. */
  hex(value: string | Buffer): string {
    return this.bytes(value).toString("hex");
  }

  /** 16 bytes. */
  bytes(value: string | Buffer): Buffer {
    return createHmac("sha256", this.#key).update(value).digest().subarray(0, BYTES);
  }
}
