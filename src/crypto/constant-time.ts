import { hash, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, in a time that does not tell where they differ or how long the secret one is. */
export function equalsConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Secret texts, prepared once, that candidates are looked up among in a time that tells nothing about them. */
export class SecretTexts {
  readonly #secrets: readonly Buffer[];
  readonly #wanted = Buffer.alloc(COMPARED_BYTES);

  constructor(texts: readonly string[]) {
    this.#secrets = texts.map((text) => comparable(text, Buffer.alloc(COMPARED_BYTES)));
  }

  /** Whether the candidate is one of them. Compares with all, so that the time does not tell which. */
  has(candidate: string): boolean {
    const wanted = comparable(candidate, this.#wanted);
    let found = false;
    for (const each of this.#secrets) {
      found = timingSafeEqual(wanted, each) || found;
    }
    return found;
  }
}

const COMPARED_BYTES = 256;
const MAX_PLAIN_CHARACTERS = 120;
/** Stands in place of a length, which is never as large. */
const HASHED = 255;

/**
 * Brings a text to the one length that `timingSafeEqual` needs, another text always to other bytes: behind its length where
 * it is short, as keys are, else as its hash, which takes ten times as long.
 */
function comparable(text: string, bytes: Buffer): Buffer {
  const short = text.length <= MAX_PLAIN_CHARACTERS;
  bytes.fill(0).writeUInt8(short ? text.length : HASHED);
  if (short) bytes.write(text, 1, "utf16le");
  else digest(text).copy(bytes, 1);
  return bytes;
}

/** UTF-16, because UTF-8 merges lone surrogates. */
function digest(text: string): Buffer {
  return hash("sha256", Buffer.from(text, "utf16le"), "buffer");
}
