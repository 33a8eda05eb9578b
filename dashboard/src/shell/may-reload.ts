const RELOAD_EVERY_MS = 60_000;

/** Whether the page may be loaded anew by itself: a reload that does not help must not be followed by the next one. */
export function mayReload(reloadedAt: string | null, nowMs: number): boolean {
  const age = nowMs - Number(reloadedAt ?? 0);
  return age < 0 || age > RELOAD_EVERY_MS;
}
