import { createHmac, type KeyObject } from "node:crypto";
import { equalsConstantTime } from "./constant-time.js";
import { createMacKey } from "./mac-key.js";

/** Signs texts with HMAC-SHA256 (RFC 2104), in 43 characters of base64url. The key has at least 32 bytes. */
export class RecordSigner {
  readonly #key: KeyObject;

  constructor(key: Buffer) {
    this.#key = createMacKey(key);
  }

  sign(text: string): string {
    return createHmac("sha256", this.#key).update(text, "utf8").digest("base64url");
  }

  /** In constant time. Never throws: a signature comes from a foreign record, where it may be anything or nothing. */
  verify(text: string, signature: unknown): boolean {
    return typeof signature === "string" && equalsConstantTime(this.sign(text), signature);
  }
}
