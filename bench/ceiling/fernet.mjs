import { createCipheriv, createHmac, createSecretKey, randomFillSync } from "node:crypto";

/** Random bytes are drawn for many tokens at once: each call costs as much as a token's encryption. */
const POOL = Buffer.alloc(4096);
let used = POOL.length;

/**
 * Seals Fernet tokens (https://github.com/fernet/spec) as cheaply as Node.js allows.
 *
 * @param {string} text the key's 32 bytes in URL-safe base64
 * @returns {(json: string) => string}
 */
export function fernetSealer(text) {
  const bytes = Buffer.from(text, "base64url");
  const [signing, encryption] = [bytes.subarray(0, 16), bytes.subarray(16)].map((part) => createSecretKey(part));
  if (!signing || !encryption) throw new Error("a Fernet key has 32 bytes");
  return (json) => {
    if (used === POOL.length) {
      randomFillSync(POOL);
      used = 0;
    }
    const iv = POOL.subarray(used, (used += 16));
    const cipher = createCipheriv("aes-128-cbc", encryption, iv);
    const body = cipher.update(json, "utf8");
    const end = cipher.final();
    const token = Buffer.allocUnsafe(25 + body.length + end.length + 32);
    token[0] = 0x80;
    token.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
    iv.copy(token, 9);
    body.copy(token, 25);
    end.copy(token, 25 + body.length);
    const macAt = token.length - 32;
    createHmac("sha256", signing).update(token.subarray(0, macAt)).digest().copy(token, macAt);
    return token.toString("base64url");
  };
}
