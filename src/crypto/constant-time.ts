import { hash, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, in a time that does not tell where they differ or how long the secret one is. */
export function equalsConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Secret texts, hashed once, that candidates are looked up among in a time that tells nothing about them. */
export class SecretTexts {
  readonly #digests: readonly Buffer[];

  constructor(texts: readonly string[]) {
    this.#digests = texts.map(digest);
  }

  /** Whether the candidate is one of them. Compares with all, so that the time does not tell which. */
  has(candidate: string): boolean {
    const wanted = digest(candidate);
    let found = false;
    for (const each of this.#digests) {
      found = timingSafeEqual(wanted, each) || found;
    }
    return found;
  }
}

/** Brings texts to the one length that `timingSafeEqual` needs. UTF-16, because UTF-8 merges lone surrogates. */
function digest(text: string): Buffer {
  return hash("sha256", Buffer.from(text, "utf16le"), "buffer");
}
