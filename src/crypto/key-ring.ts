import { InvalidKeyError, InvalidTokenError } from "./errors.js";
import { decodeFernetToken } from "./fernet-token.js";
import type { FernetKey } from "./fernet.js";

/** The keys of the database in the order of the configuration: the first seals, any of them opens. */
export class KeyRing {
  /** The ids of the keys, in their order. */
  readonly ids: readonly string[];
  readonly #keys: readonly FernetKey[];
  readonly #first: FernetKey;

  /** Throws InvalidKeyError for an empty list. */
  constructor(keys: readonly FernetKey[]) {
    const [first] = keys;
    if (!first)
      throw new InvalidKeyError("A key ring needs at least one key. Make one with: fleet-server keys generate");
    this.#first = first;
    this.#keys = [...keys];
    this.ids = keys.map((key) => key.id);
  }

  seal(plaintext: Buffer | string): string {
    return this.#first.seal(plaintext);
  }

  /** Throws InvalidTokenError when none of the keys has sealed the token. A key that does not fit costs one HMAC. */
  open(token: string): Buffer {
    const bytes = decodeFernetToken(token);
    for (const key of this.#keys) {
      const plaintext = key.openDecoded(bytes);
      if (plaintext) return plaintext;
    }
    throw new InvalidTokenError("This token was sealed with a key that is not listed, or altered since");
  }
}
