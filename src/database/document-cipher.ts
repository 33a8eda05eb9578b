import { FernetKey } from "../crypto/fernet.js";
import { KeyRing } from "../crypto/key-ring.js";

/**
 * Seals what is stored: a Fernet token under the first database key where one is set, the text itself where none is.
 * Opens both, so that a database that got its key later still opens what was stored before. JSON starts with `{` or
 * `"`, a token with `g`.
 */
export class DocumentCipher {
  private readonly ring: KeyRing | undefined;

  constructor(readonly keys: readonly string[]) {
    this.ring = keys.length === 0 ? undefined : new KeyRing(keys.map((key) => FernetKey.parse(key)));
  }

  get encrypts(): boolean {
    return this.ring !== undefined;
  }

  seal(json: string): string {
    return this.ring ? this.ring.seal(json) : json;
  }

  /** Throws InvalidTokenError when no key of the ring opens it. */
  open(stored: string): string {
    return this.ring && !stored.startsWith("{") && !stored.startsWith('"')
      ? this.ring.open(stored).toString("utf8")
      : stored;
  }
}
