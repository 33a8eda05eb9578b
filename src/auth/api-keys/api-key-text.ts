import { randomBytes } from "node:crypto";

/** By which people, and programs that look for secrets in code, know what it is. */
const MARK = "fleet_";
const SECRET_BYTES = 32;
const PREFIX_LENGTH = MARK.length + 6;

/** A new key: the mark and 32 random bytes in base64url. */
export function newApiKey(): string {
  return MARK + randomBytes(SECRET_BYTES).toString("base64url");
}

const FORM = new RegExp(`^${MARK}[A-Za-z0-9_-]{${Math.ceil((SECRET_BYTES * 4) / 3)}}$`);

/** Whether it could be one of this server's keys: who guesses at random costs the database nothing. */
export function hasKeyForm(text: string): boolean {
  return FORM.test(text);
}

/** What is shown of a key: enough to tell it from others, and far too little to guess the rest. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX_LENGTH);
}

/** The key in an `Authorization` header of the scheme Bearer (RFC 6750, section 2.1); undefined for other headers. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
