import { hash, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, in a time that does not tell where they differ or how long the secret one is. */
export function equalsConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether the candidate is one of the accepted texts. Compares with all, so that the time does not tell which. */
export function matchesAny(candidate: string, accepted: readonly string[]): boolean {
  const wanted = digest(candidate);
  let found = false;
  for (const text of accepted) {
    found = timingSafeEqual(wanted, digest(text)) || found;
  }
  return found;
}

/** Brings texts to the one length that `timingSafeEqual` needs. UTF-16, because UTF-8 merges lone surrogates. */
function digest(text: string): Buffer {
  return hash("sha256", Buffer.from(text, "utf16le"), "buffer");
}
