import { hkdfSync } from "node:crypto";

const NO_SALT = Buffer.alloc(0);

/**
 * Derives a key for one purpose from a secret: HKDF-SHA256 (RFC 5869). `info` names the purpose; another purpose gives
 * an unrelated key, so one that leaks does not uncover the others. `length` in bytes, at most 8160.
 */
export function deriveKey(secret: Buffer, info: string, length = 32, salt: Buffer = NO_SALT): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, length));
}
