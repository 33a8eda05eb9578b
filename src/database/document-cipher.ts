import { FernetKey } from "../crypto/fernet.js";
import { KeyRing } from "../crypto/key-ring.js";

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

  /** Throws InvalidTokenError when no key of the ring opens it. */
  open(stored: string): string {
    return this.ring && isSealed(stored) ? this.ring.open(stored).toString("utf8") : stored;
  }

  /** The id of the key that sealed it, or undefined for a readable text. Throws InvalidTokenError as `open` does. */
  sealerOf(stored: string): string | undefined {
    return this.ring && isSealed(stored) ? this.ring.sealerOf(stored) : undefined;
  }
}

function isSealed(stored: string): boolean {
  return !stored.startsWith("{") && !stored.startsWith('"');
}
