import { InvalidTokenError } from "./errors.js";
import { decodeBase64 } from "./strict-base64.js";

export const FERNET_VERSION = 0x80;
export const BLOCK_BYTES = 16;
export const MAC_BYTES = 32;
/** Where the parts begin: version (1 byte), time in seconds (8, big-endian), vector (16), ciphertext, HMAC (32). */
export const TIME_OFFSET = 1;
export const IV_OFFSET = 9;
export const CIPHERTEXT_OFFSET = IV_OFFSET + BLOCK_BYTES;

/**
 * The bytes of a token that has the form of a Fernet token; whether a key signed it is not yet known. Throws
 * InvalidTokenError for a text that is not canonical URL-safe base64, another version or an impossible length.
 */
export function decodeFernetToken(text: string): Buffer {
  const token = decodeBase64(text, "base64url");
  if (!token || token[0] !== FERNET_VERSION || !isPossibleLength(token.length)) {
    throw new InvalidTokenError("This is not a Fernet token");
  }
  return token;
}

function isPossibleLength(length: number): boolean {
  const ciphertext = length - CIPHERTEXT_OFFSET - MAC_BYTES;
  // PKCS7 always pads, so that even an empty text makes one block.
  return ciphertext >= BLOCK_BYTES && ciphertext % BLOCK_BYTES === 0;
}
