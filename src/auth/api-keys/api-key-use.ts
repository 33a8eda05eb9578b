const WINDOW_MS = 60_000;

/** How many requests of an API key a node knows of in one minute of the database's clock. */
export interface ApiKeyUse {
  readonly minute: number;
  /** On all nodes, as the shared counter last told. */
  shared: number;
  /** On their way to the shared counter. */
  sent: number;
  /** Not told to it yet. */
  pending: number;
}

/** What a key may still do: whether this request, how many more this minute, and seconds until the next minute. */
export interface Allowance {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export function minuteOf(nowMs: number): number {
  return Math.floor(nowMs / WINDOW_MS);
}

/** Decides about one more request, which is not yet counted in `use`. */
export function allowanceOf(
  { shared, sent, pending }: Omit<ApiKeyUse, "minute">,
  limit: number,
  nowMs: number,
): Allowance {
  const before = shared + sent + pending;
  return {
    allowed: before < limit,
    remaining: Math.max(limit - before - 1, 0),
    resetSeconds: Math.ceil((WINDOW_MS - (nowMs % WINDOW_MS)) / 1000),
  };
}
