import { isIP } from "node:net";
import { z } from "zod";
import { text } from "./plain-values.js";

/** A host name or an IP address, without a scheme or a port. */
export function host() {
  return text(253).regex(/^[A-Za-z0-9._:-]+$/, { error: "must be a host name or an address, without a port" });
}

const namedRanges: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);

function isProxyAddress(entry: string): boolean {
  if (namedRanges.has(entry)) return true;
  const [address = "", prefix, ...rest] = entry.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/**
 * Addresses of proxies: one or a list (or a comma-separated text) of IP addresses, CIDR ranges and Express's names
 * `loopback`, `linklocal`, `uniquelocal`. Hop counts and `true` are refused: with them anyone may forge the address.
 */
export function proxyAddresses() {
  const error = "must be addresses or ranges such as 10.0.0.5, 10.0.0.0/8 or loopback; an empty list trusts nobody";
  const entry = z.string({ error }).refine((entries) => splitList(entries).every(isProxyAddress), { error });
  return z.union([entry, z.array(entry)], { error }).transform((entries) => [entries].flat().flatMap(splitList));
}

function splitList(entries: string): string[] {
  return entries.split(",").map((entry) => entry.trim());
}

export interface HostAndPort {
  host: string;
  port: number;
}

function parseHostAndPort(address: string): HostAndPort | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** One `host:port` or a list of them (`[::1]:26379` for IPv6); the result is a list, empty when nothing is set. */
export function hostAndPortList() {
  const error = "must be host:port, such as redis-1:26379, or a list of these";
  const entry = z.string({ error }).refine((address) => parseHostAndPort(address) !== undefined, { error });
  return z
    .union([entry, z.array(entry)], { error })
    .transform((addresses) => [addresses].flat().flatMap((address) => parseHostAndPort(address) ?? []));
}
