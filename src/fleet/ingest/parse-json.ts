import { notJson, tooDeep } from "./report-errors.js";

/** Real reports are about five levels deep. Past some thousand, writing the value out again would overflow the stack. */
export const MAX_DEPTH = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses UTF-8 JSON nested at most MAX_DEPTH levels deep, and gives its text too; else throws FleetError 400. */
export function parseJson(body: Buffer): { value: unknown; text: string } {
  if (hasMoreOpened(body, MAX_DEPTH) && isDeeperThan(body, MAX_DEPTH)) throw tooDeep(MAX_DEPTH);
  try {
    const text = utf8.decode(body);
    return { value: JSON.parse(text) as unknown, text };
  } catch (error) {
    throw notJson(body.length === 0 ? "it is empty" : whyNot(body, error), error);
  }
}

/** The parser's own words would repeat a part of the body, which may hold a secret. */
function whyNot(body: Buffer, error: unknown): string {
  if (error instanceof TypeError) return "it is not UTF-8 text";
  return /[:[,]\s*-?(?:NaN|Infinity)\b/.test(body.toString("latin1"))
    ? "NaN and Infinity are no JSON numbers, write null"
    : "its syntax is wrong";
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Few reports open that many levels at all; looking for two bytes is ten times as fast as following the syntax. */
function hasMoreOpened(body: Buffer, limit: number): boolean {
  let opened = 0;
  for (const byte of [OPEN_BRACE, OPEN_BRACKET]) {
    for (let index = body.indexOf(byte); index >= 0; index = body.indexOf(byte, index + 1)) {
      if (++opened > limit) return true;
    }
  }
  return false;
}

/** Counts brackets outside strings in one pass over the bytes, before anything is built from them. */
function isDeeperThan(body: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}
