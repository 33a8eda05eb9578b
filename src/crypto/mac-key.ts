import { createSecretKey, type KeyObject } from "node:crypto";

const MIN_BYTES = 32;

/**
 * A key for HMAC-SHA256, at least as long as the hash (RFC 2104 section 3). Throws RangeError for a shorter one: what
 * an empty or guessable key signs, anyone can sign.
 */
export function createMacKey(key: Buffer): KeyObject {
  if (key.length < MIN_BYTES) {
    throw new RangeError(`A key for HMAC-SHA256 needs at least ${MIN_BYTES} bytes: use deriveKey`);
  }
  return createSecretKey(key);
}
