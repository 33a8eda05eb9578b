import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { decodeKey } from "./decode-key.js";
import { InvalidTokenError } from "./errors.js";
import {
  BLOCK_BYTES,
  CIPHERTEXT_OFFSET,
  decodeFernetToken,
  FERNET_VERSION,
  IV_OFFSET,
  MAC_BYTES,
  TIME_OFFSET,
} from "./fernet-token.js";
import { RandomPool } from "./random-pool.js";
import { encodeBase64 } from "./strict-base64.js";

const ALGORITHM = "aes-128-cbc";

/** Both are drawn by `seal` itself, except where a known token must come out again. */
interface SealOptions {
  readonly timeSeconds?: number;
  /** 16 bytes, never used before with this key. */
  readonly iv?: Buffer;
}

/**
 * One Fernet key: seals and opens tokens by the Fernet spec (https://github.com/fernet/spec), with no time to live.
 * It can be logged or serialized without showing the key.
 */
export class FernetKey {
  static readonly #vectors = new RandomPool();

  /** Tells keys apart in logs and between nodes: 8 hex characters that reveal nothing of the key. */
  readonly id: string;
  readonly #signingKey: KeyObject;
  readonly #encryptionKey: KeyObject;

  private constructor(key: Buffer) {
    this.id = createHash("sha256").update("fleet-server fernet key id\0").update(key).digest("hex").slice(0, 8);
    this.#signingKey = createSecretKey(key.subarray(0, 16));
    this.#encryptionKey = createSecretKey(key.subarray(16));
  }

  /** Reads a key from its 44 characters of URL-safe base64. Throws InvalidKeyError. */
  static parse(text: string): FernetKey {
    return new FernetKey(decodeKey(text, { name: "A Fernet key", alphabet: "base64url" }));
  }

  /** The text of a new random key. */
  static generate(): string {
    return encodeBase64(randomBytes(32), "base64url");
  }

  seal(plaintext: Buffer | string, options: SealOptions = {}): string {
    const iv = options.iv ?? FernetKey.#vectors.take(BLOCK_BYTES);
    const seconds = options.timeSeconds ?? Math.floor(Date.now() / 1000);

    const cipher = createCipheriv(ALGORITHM, this.#encryptionKey, iv);
    const blocks = typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
    const lastBlock = cipher.final();

    const macOffset = CIPHERTEXT_OFFSET + blocks.length + lastBlock.length;
    const token = Buffer.allocUnsafe(macOffset + MAC_BYTES);
    token[0] = FERNET_VERSION;
    // Two halves, because a 64-bit write takes a BigInt.
    token.writeUInt32BE(Math.floor(seconds / 2 ** 32), TIME_OFFSET);
    token.writeUInt32BE(seconds % 2 ** 32, TIME_OFFSET + 4);
    iv.copy(token, IV_OFFSET);
    blocks.copy(token, CIPHERTEXT_OFFSET);
    lastBlock.copy(token, CIPHERTEXT_OFFSET + blocks.length);
    this.#mac(token, macOffset).copy(token, macOffset);
    return encodeBase64(token, "base64url");
  }

  /** Throws InvalidTokenError for anything that this key has not sealed. */
  open(token: string): Buffer {
    const plaintext = this.openDecoded(decodeFernetToken(token));
    if (plaintext) return plaintext;
    throw new InvalidTokenError("This token was sealed with another key, or altered since");
  }

  /**
   * Opens the bytes that `decodeFernetToken` gave; null when this key has not signed them, which costs no decryption.
   * Throws InvalidTokenError for a signed token whose padding is wrong.
   */
  openDecoded(token: Buffer): Buffer | null {
    const macOffset = token.length - MAC_BYTES;
    if (!timingSafeEqual(this.#mac(token, macOffset), token.subarray(macOffset))) return null;

    const iv = token.subarray(IV_OFFSET, CIPHERTEXT_OFFSET);
    const decipher = createDecipheriv(ALGORITHM, this.#encryptionKey, iv);
    const start = decipher.update(token.subarray(CIPHERTEXT_OFFSET, macOffset));
    try {
      return Buffer.concat([start, decipher.final()]);
    } catch {
      throw new InvalidTokenError("This token is signed, but its padding is wrong");
    }
  }

  #mac(token: Buffer, macOffset: number): Buffer {
    return createHmac("sha256", this.#signingKey).update(token.subarray(0, macOffset)).digest();
  }
}
