import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { decodeKey } from "./decode-key.js";
import { DecryptionFailedError, InvalidKeyError } from "./errors.js";
import { decodeBase64 } from "./strict-base64.js";

const ALGORITHM = "aes-256-gcm";
const VERSION = "1";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG = { authTagLength: 16 };

/** What claims to be an encrypted report; whether the rest of it is right shows only when it is opened. */
export interface PayloadEnvelope {
  readonly encrypted: true;
  readonly version?: unknown;
  readonly nonce?: unknown;
  readonly ciphertext?: unknown;
}

/** An envelope as it is written: standard base64, and the 16-byte tag at the end of the ciphertext. */
export interface SealedEnvelope extends PayloadEnvelope {
  readonly version: string;
  readonly nonce: string;
  readonly ciphertext: string;
}

/** Whether a request's body is meant to be an envelope. Everything else in it is for `PayloadCipher.open` to judge. */
export function isEnvelope(value: unknown): value is PayloadEnvelope {
  return typeof value === "object" && value !== null && "encrypted" in value && value.encrypted === true;
}

/** Reads a payload key from its 44 characters of standard base64. Throws InvalidKeyError. */
export function parsePayloadKey(text: string): Buffer {
  return decodeKey(text, { name: "A payload key", alphabet: "base64" });
}

/** The text of a new random payload key. */
export function generatePayloadKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/**
 * Opens encrypted reports: AES-256-GCM (NIST SP 800-38D), 12-byte nonce, 16-byte tag, no associated data. Every key
 * opens, the first one seals.
 */
export class PayloadCipher {
  readonly #keys: readonly KeyObject[];
  readonly #first: KeyObject;

  /** Texts as `parsePayloadKey` takes them, or 32 bytes each. Throws InvalidKeyError for no key or a wrong one. */
  constructor(keys: readonly string[] | readonly Buffer[]) {
    this.#keys = keys.map(toKeyObject);
    const [first] = this.#keys;
    if (!first) {
      throw new InvalidKeyError("A payload cipher needs at least one key. Make one with: fleet-server keys generate");
    }
    this.#first = first;
  }

  /**
   * Throws DecryptionFailedError, and nothing else, whatever is wrong. What comes out was sealed with one of the keys,
   * but may be any bytes: whether it is JSON is for the caller to see.
   */
  open(envelope: PayloadEnvelope): Buffer {
    const nonce = envelope.version === VERSION ? decodeText(envelope.nonce) : null;
    const sealed = nonce?.length === NONCE_BYTES ? decodeText(envelope.ciphertext) : null;
    if (!nonce || !sealed || sealed.length < TAG.authTagLength) throw new DecryptionFailedError();

    const ciphertext = sealed.subarray(0, -TAG.authTagLength);
    const tag = sealed.subarray(-TAG.authTagLength);
    for (const key of this.#keys) {
      const plaintext = openWith(key, nonce, ciphertext, tag);
      if (plaintext) return plaintext;
    }
    throw new DecryptionFailedError();
  }

  /** `nonce`: 12 bytes, never used before with this key; a random one when left out. */
  seal(plaintext: Buffer | string, nonce: Buffer = randomBytes(NONCE_BYTES)): SealedEnvelope {
    if (nonce.length !== NONCE_BYTES) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes`);
    const cipher = createCipheriv(ALGORITHM, this.#first, nonce, TAG);
    const body = typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
    const end = cipher.final();
    return {
      encrypted: true,
      version: VERSION,
      nonce: nonce.toString("base64"),
      ciphertext: Buffer.concat([body, end, cipher.getAuthTag()]).toString("base64"),
    };
  }
}

function openWith(key: KeyObject, nonce: Buffer, ciphertext: Buffer, tag: Buffer): Buffer | null {
  const decipher = createDecipheriv(ALGORITHM, key, nonce, TAG);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    // Checks the tag, and gives no bytes: GCM has no blocks to fill.
    decipher.final();
    return plaintext;
  } catch {
    return null;
  }
}

function decodeText(value: unknown): Buffer | null {
  return typeof value === "string" ? decodeBase64(value, "base64") : null;
}

function toKeyObject(key: string | Buffer): KeyObject {
  const bytes = typeof key === "string" ? parsePayloadKey(key) : key;
  if (bytes.length === KEY_BYTES) return createSecretKey(bytes);
  throw new InvalidKeyError(
    `A payload key has 32 bytes, but this one has ${bytes.length}. Make a new one with: fleet-server keys generate`,
  );
}
