import { isIP } from "node:net";

const MAX_USER_AGENT = 256;

/** The client's address where it is one; null for whatever else a proxy may have passed on. */
export function clientAddress(ip: string | undefined): string | null {
  const address = (ip ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
  // A zone, as in fe80::1%eth0, may hold any text.
  return isIP(address) === 0 || address.includes("%") ? null : address;
}

/** What the client calls itself, at most 256 characters, without what could break a line or turn its direction. */
export function clientUserAgent(header: string | undefined): string | null {
  const text = (header ?? "")
    .slice(0, MAX_USER_AGENT)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")
    .trim();
  return text === "" ? null : text;
}
