/** Both with padding (RFC 4648): `base64` with `+` and `/`, `base64url` with `-` and `_`. */
export type Base64Alphabet = "base64" | "base64url";

const PADDING = ["", "==", "="] as const;

/** Encodes with padding; Node's own `base64url` leaves it out. */
export function encodeBase64(bytes: Buffer, alphabet: Base64Alphabet): string {
  const text = bytes.toString(alphabet);
  return alphabet === "base64" ? text : text + paddingOf(bytes);
}

/**
 * Decodes canonical base64 (RFC 4648 section 3.5), or gives null. Node's decoder takes both alphabets, skips foreign
 * characters and ignores missing padding and stray bits, so only a text that the decoded bytes encode to again is
 * accepted: then no two texts stand for the same bytes. This is also faster than checking by a regular expression.
 */
export function decodeBase64(text: string, alphabet: Base64Alphabet): Buffer | null {
  const bytes = Buffer.from(text, alphabet);
  return encodeBase64(bytes, alphabet) === text ? bytes : null;
}

function paddingOf(bytes: Buffer): string {
  return PADDING[(bytes.length % 3) as 0 | 1 | 2];
}
