import { InvalidKeyError, InvalidTokenError } from "./errors.js";
import { decodeFernetToken } from "./fernet-token.js";
import type { FernetKey } from "./fernet.js";

/** The keys of the database in the order of the configuration: any of them opens, and each can seal. */
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

  /** Seals with the key of this id. Throws InvalidKeyError where the ring has none. */
  seal(plaintext: Buffer | string, keyId: string = this.#first.id): string {
    const key = this.#keys.find(({ id }) => id === keyId);
    if (!key) throw new InvalidKeyError(`The key ring has no key ${keyId}`);
    return key.seal(plaintext);
  }

  /** Throws InvalidTokenError when none of the keys has sealed the token. A key that does not fit costs one HMAC. */
  open(token: string): Buffer {
    return this.#openedBy(token).plaintext;
  }

  /** The id of the key that sealed the token. Throws InvalidTokenError as `open` does. */
  sealerOf(token: string): string {
    return this.#openedBy(token).key.id;
  }

  #openedBy(token: string): { key: FernetKey; plaintext: Buffer } {
    const bytes = decodeFernetToken(token);
    for (const key of this.#keys) {
      const plaintext = key.openDecoded(bytes);
      if (plaintext) return { key, plaintext };
    }
    throw new InvalidTokenError("This token was sealed with a key that is not listed, or altered since");
  }
}
