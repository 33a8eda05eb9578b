import { deflateRawSync, inflateRawSync } from "node:zlib";
import { FernetKey } from "../crypto/fernet.js";
import { KeyRing } from "../crypto/key-ring.js";

/** Stands before what is compressed; no JSON text begins with it. */
const COMPRESSED = 1;
// Answers are bounded by what their documents take when they are stored: of a long one that must not tell less than its length.
const COMPACT_UP_TO = 4096;
// A small window finds the same repeats in so short a text, in half the time.
const COMPRESSION = { level: 1, windowBits: 11, memLevel: 4 } as const;

/**
 * Seals what is stored: a Fernet token under one of the database keys, or the text itself where there is none. Opens
 * both, whichever key it was, so that a database that got its key later still opens what was stored before. JSON starts
 * with `{` or `"`, a token with `g`.
 */
export class DocumentCipher {
  private readonly ring: KeyRing | undefined;
  private sealing: string | undefined;

  /** Seals with the first of `keys` until it is told otherwise. */
  constructor(readonly keys: readonly string[]) {
    this.ring = keys.length === 0 ? undefined : new KeyRing(keys.map((key) => FernetKey.parse(key)));
    this.sealing = this.ring?.ids[0];
  }

  /** The ids of the keys, in their order; they reveal nothing of the keys. */
  get keyIds(): readonly string[] {
    return this.ring?.ids ?? [];
  }

  /** The id of the key that seals, or undefined where what is stored stays readable. */
  get sealingKey(): string | undefined {
    return this.sealing;
  }

  /** Whether what is stored from now on is sealed. */
  get encrypts(): boolean {
    return this.sealing !== undefined;
  }

  /** From now on the key of this id seals, or none. It must be one of `keyIds`. */
  sealWith(keyId: string | undefined): void {
    if (keyId !== undefined && !this.keyIds.includes(keyId)) throw new Error(`no database key has the id ${keyId}`);
    this.sealing = keyId;
  }

  seal(json: string, keyId = this.sealing): string {
    return this.ring && keyId !== undefined ? this.ring.seal(json, keyId) : json;
  }

  /** As `seal`, up to 4 KiB in about half the space for 50 µs more: for what is kept long. */
  sealCompact(json: string): string {
    if (!this.ring || this.sealing === undefined || json.length > COMPACT_UP_TO) return this.seal(json);
    return this.ring.seal(Buffer.concat([Buffer.of(COMPRESSED), deflateRawSync(json, COMPRESSION)]), this.sealing);
  }

  /** Throws InvalidTokenError when no key of the ring opens it. */
  open(stored: string): string {
    if (!this.ring || !isSealed(stored)) return stored;
    const bytes = this.ring.open(stored);
    return (bytes[0] === COMPRESSED ? inflateRawSync(bytes.subarray(1)) : bytes).toString("utf8");
  }

  /** The same under the key that seals now, compressed or not as it is. Throws InvalidTokenError as `open` does. */
  reseal(stored: string): string {
    if (!this.ring || !isSealed(stored)) return this.seal(stored);
    const bytes = this.ring.open(stored);
    return this.sealing === undefined ? this.open(stored) : this.ring.seal(bytes, this.sealing);
  }

  /** The id of the key that sealed it, or undefined for a readable text. Throws InvalidTokenError as `open` does. */
  sealerOf(stored: string): string | undefined {
    return this.ring && isSealed(stored) ? this.ring.sealerOf(stored) : undefined;
  }
}

function isSealed(stored: string): boolean {
  return !stored.startsWith("{") && !stored.startsWith('"');
}
