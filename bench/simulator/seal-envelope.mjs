import { createCipheriv, randomBytes } from "node:crypto";

/**
 * The envelope around an encrypted report: AES-256-GCM, the tag behind the ciphertext, no associated data.
 *
 * @param {string} json
 * @param {Buffer} key 32 bytes
 */
export function sealEnvelope(json, key) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(json, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `{"encrypted":true,"version":"1","nonce":"${nonce.toString("base64")}","ciphertext":"${sealed.toString("base64")}"}`;
}
