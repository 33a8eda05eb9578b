import { z } from "zod";
import { InvalidKeyError } from "../../crypto/errors.js";
import { FernetKey } from "../../crypto/fernet.js";
import { parsePayloadKey } from "../../crypto/payload-cipher.js";
import { text } from "./plain-values.js";

const keyCommand = "`fleet-server keys generate` makes one (from a checkout: `npx fleet-server keys generate`)";

/** Matches what example files and guides print where a secret belongs: `YOUR_API_KEY`, `REPLACE_WITH_A_PASSWORD`. */
const placeholder = /^(?:YOUR|REPLACE)(?:_[A-Z0-9]+)+$/;

function secretText(advice = "") {
  return z.string({ error: "must be text: put the value in quotes" }).refine((value) => !placeholder.test(value), {
    error: `is still a placeholder: replace it with a value of your own${advice}`,
  });
}

/** A secret that people or other servers chose: a password or a shared secret. */
export function password(minLength: number) {
  const error = `must be ${minLength} to 256 characters long, on one line`;
  return secretText().refine((value) => value.length >= minLength && value.length <= 256 && !/[\r\n\0]/.test(value), {
    error,
  });
}

/**
 * One key or a list of keys. The result is always a list, so that rotating keys needs no other shape.
 * The sentences name the place in the list, never the key.
 */
function keyList(key: z.ZodType<string, string>, what: string) {
  const keys = z
    .array(key)
    .min(1, { error: `must hold at least one ${what}` })
    .refine((list) => list.length <= 16, { error: "must hold at most 16 keys: remove the ones no longer in use" })
    .refine((list) => new Set(list).size === list.length, { error: "holds the same key twice: remove one" });
  const error = `must be one ${what} or a list of them, each in quotes`;
  return z.union([key, keys], { error }).transform((value) => [value].flat());
}

/** Keys that agents send in the `X-API-Key` header, hence printable ASCII without spaces. */
export function agentKeys() {
  const error = `must be 8 to 256 printable ASCII characters without spaces; ${keyCommand}`;
  return keyList(
    secretText(`; ${keyCommand}`).refine((key) => /^[\x21-\x7e]{8,256}$/.test(key), { error }),
    "API key",
  );
}

/** Fernet keys (https://github.com/fernet/spec): URL-safe base64 of 32 bytes. */
export function fernetKeys() {
  return keyList(
    parsedKey((key) => FernetKey.parse(key)),
    "Fernet key",
  );
}

/** AES-256-GCM keys of the payload envelope: base64 of 32 bytes in the standard alphabet (RFC 4648, section 4). */
export function payloadKeys() {
  return keyList(parsedKey(parsePayloadKey), "payload key");
}

/** A key that `parse` accepts. Its error says what is wrong without showing the key. */
function parsedKey(parse: (key: string) => unknown) {
  return secretText(`; ${keyCommand}`).superRefine((key, context) => {
    try {
      parse(key);
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      context.addIssue({
        code: "custom",
        message: `${error.message} (from a checkout: npx fleet-server keys generate)`,
      });
    }
  });
}

/** `postgresql://user:password@host:port/database`; whatever is special in a URL must be percent-encoded. */
export function databaseUrl() {
  const error =
    "must be a URL like postgresql://user:password@host:5432/database, with @ : / ? # % in the password percent-encoded";
  return text()
    .refine(isDatabaseUrl, { error })
    .refine((value) => !placeholder.test(passwordOf(value) ?? ""), {
      error: "still has a placeholder for the password: replace it with your own",
    });
}

function isDatabaseUrl(value: string): boolean {
  if (!/^postgres(?:ql)?:\/\/\S+$/.test(value) || passwordOf(value) === undefined) return false;
  const url = new URL(value);
  // A second `@` tells that a password was cut in two: its end would be taken, and shown, as the database's name.
  return /^\/[^/]+$/.test(url.pathname) && url.hash === "" && !`${url.pathname}${url.search}`.includes("@");
}

function passwordOf(value: string): string | undefined {
  try {
    return decodeURIComponent(new URL(value).password);
  } catch {
    return undefined;
  }
}
