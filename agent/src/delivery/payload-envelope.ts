import { createCipheriv, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;

/**
 * Seals a report body: AES-256-GCM (NIST SP 800-38D), no associated data, the 16-byte tag behind the ciphertext. `key` has 32
 * bytes. Returns the JSON envelope the server expects. A nonce may never be used for two texts, so only a test passes one.
 */
export function sealPayload(plaintext: string, key: Buffer, nonce: Buffer = randomBytes(NONCE_BYTES)): string {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return JSON.stringify({
    encrypted: true,
    version: "1",
    nonce: nonce.toString("base64"),
    ciphertext: ciphertext.toString("base64"),
  });
}
