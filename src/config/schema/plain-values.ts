import { z } from "zod";

// Every kind of value carries the one sentence that an operator reads when it does not fit. None of these sentences
// quotes the value: what stands in the wrong place may be a secret.

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .int({ error: unquoted(error, /^[\d.]+$/) })
    .min(min, { error })
    .max(max, { error });
}

/** A number that may have a fraction. */
export function decimal(min: number, max: number) {
  const error = `must be a number from ${min} to ${max}`;
  return z
    .number({ error: unquoted(error, /^[\d.]+$/) })
    .min(min, { error })
    .max(max, { error });
}

/** `port: "8768"` looks right to whoever wrote it: the quotes are what is wrong. */
function unquoted(sentence: string, looksRight: RegExp): (issue: { readonly input?: unknown }) => string {
  return ({ input }) =>
    typeof input === "string" && looksRight.test(input) ? `${sentence}, without quotes` : sentence;
}

export function port() {
  return wholeNumber(1, 65_535);
}

export function flag() {
  return z.boolean({ error: unquoted("must be true or false", /^(true|false)$/) });
}

export function text(maxLength = 4096) {
  return z
    .string({ error: "must be text: put the value in quotes" })
    .min(1, { error: "must not be empty" })
    .max(maxLength, { error: `must be at most ${maxLength} characters long` });
}

export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `must be one of ${words.join(", ")}` });
}

/** The name of a storage backend; `postgresql` is read as `postgres`. */
export function backend<const T extends readonly ["postgres", ...string[]]>(words: T) {
  return oneOf([...words, "postgresql"]).transform((word): T[number] => (word === "postgresql" ? "postgres" : word));
}

const sizePattern = /^(\d+(?:\.\d+)?)\s*(b|kb|mb)?$/i;
const bytesPerUnit = { b: 1, kb: 1024, mb: 1024 * 1024 };

/** A number of bytes, or text such as `512kb`; a kilobyte is 1024 bytes. The result is a whole number of bytes. */
export function byteSize(min: number, max: number) {
  const error = `must be a size from ${min} bytes to ${max} bytes, such as 1mb, 512kb or 65536`;
  return z.union([z.number(), z.string()], { error }).transform((size, context) => {
    const bytes = typeof size === "number" ? size : parseSize(size);
    if (Number.isInteger(bytes) && bytes >= min && bytes <= max) return bytes;
    context.addIssue({ code: "custom", message: error });
    return z.NEVER;
  });
}

function parseSize(size: string): number {
  const match = sizePattern.exec(size.trim());
  if (!match) return NaN;
  const unit = (match[2] ?? "b").toLowerCase() as keyof typeof bytesPerUnit;
  return Math.floor(Number(match[1]) * bytesPerUnit[unit]);
}
