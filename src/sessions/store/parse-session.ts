import type { SessionData } from "express-session";

/** A stored session, or null where the text is none: whoever held it has to log in again, nothing else breaks. */
export function parseSession(text: string): SessionData | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isSession(value) ? value : null;
}

function isSession(value: unknown): value is SessionData {
  return typeof value === "object" && value !== null && "cookie" in value && isObject(value.cookie);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
