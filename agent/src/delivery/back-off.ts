const FIRST_MS = 1000;
const CAP_MS = 30_000;
// A wrong header must not silence a machine for a day.
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/**
 * How long to wait before round `round` + 1 of tries (0 is the first): "full jitter", anything between nothing and a bound that
 * doubles from one second to thirty, so that a fleet does not come back in step. `random` is in [0, 1).
 */
export function backOffMs(round: number, random: number): number {
  return random * Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(round, 16));
}

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3), seconds or a date, as milliseconds from now, five minutes at most. A date is
 * measured against the server's own `Date` header where there is one: the clocks may differ. `null` when there is no usable one.
 */
export function retryAfterMs(header: string | undefined, serverDate: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(LONGEST_RETRY_AFTER_MS, Number(text) * 1000);
  const until = Date.parse(text);
  if (Number.isNaN(until)) return null;
  const serverNow = Date.parse(serverDate ?? "");
  const waitMs = until - (Number.isNaN(serverNow) ? nowMs : serverNow);
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, waitMs));
}
