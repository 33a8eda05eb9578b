import { isIP, isIPv4 } from "node:net";

/**
 * What a client counts as: its IPv4 address, or the /64 of its IPv6 address, all of which one customer of a provider
 * usually has (RFC 6177). An IPv4 address mapped into IPv6 is that IPv4 address; a port that a proxy added goes.
 */
export function countedAddress(ip: string | undefined): string {
  const address = withoutPort(ip ?? "").replace(/%.*$/s, "");
  if (isIP(address) !== 6) return isIPv4(address) ? address : "unknown";
  const groups = groupsOf(address);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, high = 0, low = 0] = groups;
  if ([a, b, c, d, e].every((group) => group === 0) && f === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  }
  return `${[a, b, c, d].map((group) => group.toString(16)).join(":")}::/64`;
}

function withoutPort(text: string): string {
  if (isIP(text.replace(/%.*$/s, "")) !== 0) return text;
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

/** The eight 16-bit numbers of a valid IPv6 address (RFC 4291 section 2.2). */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const before = numbersOf(head);
  if (tail === undefined) return before;
  const after = numbersOf(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function numbersOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
