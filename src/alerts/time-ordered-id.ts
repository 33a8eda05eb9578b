import { randomBytes } from "node:crypto";

/** A UUID of version 7 (RFC 9562 section 5.7): ids of later milliseconds are greater, and nobody has to ask for one. */
export function timeOrderedId(atMs: number): string {
  const hex = Buffer.concat([millisecondsOf(atMs), randomBytes(10)]).toString("hex");
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4] ?? "8";
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `7${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}

function millisecondsOf(atMs: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(atMs, 0, 6);
  return bytes;
}
