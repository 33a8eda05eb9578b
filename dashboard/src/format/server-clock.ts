/** The header tells whole seconds, so that small differences mean nothing. */
const TOLERANCE_MS = 2_000;
let offsetMs = 0;

/** Learns from an answer's `Date` header by how much this device's clock is off. */
export function noteServerDate(header: string | null, localMs: number = Date.now()): void {
  const serverMs = header === null ? NaN : Date.parse(header) + 500;
  if (Number.isNaN(serverMs)) return;
  offsetMs = Math.abs(serverMs - localMs) > TOLERANCE_MS ? serverMs - localMs : 0;
}

/** Now, by the server's clock: ages must not depend on how well the clock of a phone is set. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
