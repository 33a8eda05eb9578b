import { InvalidKeyError } from "./errors.js";
import { type Base64Alphabet, decodeBase64 } from "./strict-base64.js";

const KEY_BYTES = 32;
const KEY_CHARACTERS = 44;
const ALPHABETS = {
  base64: { name: "standard base64", characters: /^[A-Za-z0-9+/=]*$/, other: "base64url" },
  base64url: { name: "URL-safe base64", characters: /^[A-Za-z0-9_=-]*$/, other: "base64" },
} as const;

/** How the keys of one kind are written; `name` opens the message of an error: "A Fernet key". */
interface KeyFormat {
  readonly name: string;
  readonly alphabet: Base64Alphabet;
}

/** Reads a 32-byte key from its canonical text of 44 characters. Throws InvalidKeyError, which never shows the key. */
export function decodeKey(text: string, format: KeyFormat): Buffer {
  const key = text.length === KEY_CHARACTERS ? decodeBase64(text, format.alphabet) : null;
  if (key?.length === KEY_BYTES) return key;
  throw new InvalidKeyError(
    `${format.name} must be 32 random bytes in ${ALPHABETS[format.alphabet].name} (44 characters), but this one ` +
      `${faultOf(text, format.alphabet)}. Make a new one with: fleet-server keys generate`,
  );
}

function faultOf(text: string, alphabet: Base64Alphabet): string {
  const expected = ALPHABETS[alphabet];
  const other = ALPHABETS[expected.other];
  if (text === "") return "is empty";
  if (/\s/.test(text)) return "contains white space";
  if (text.length !== KEY_CHARACTERS) return `has ${text.length} characters`;
  if (!expected.characters.test(text)) {
    return other.characters.test(text) ? `is in ${other.name}` : `contains characters foreign to ${expected.name}`;
  }
  if (!/^[^=]{43}=$/.test(text)) return "does not end in exactly one =";
  return "has stray bits in its last character";
}
