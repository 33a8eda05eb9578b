const HOUR_MS = 3_600_000;

export const sinceChoices = [
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
] as const;

type Since = (typeof sinceChoices)[number]["value"];

const lengths = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 168 * HOUR_MS, "30d": 720 * HOUR_MS } satisfies Record<
  Since,
  number
>;

/** When the choice begins, in whole minutes: what is asked for stays the same while a minute lasts. */
export function sinceTime(since: Since | undefined, nowMs: number): string | undefined {
  if (since === undefined) return undefined;
  return new Date(Math.floor((nowMs - lengths[since]) / 60_000) * 60_000).toISOString();
}
