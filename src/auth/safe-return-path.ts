const HOME = "/dashboard";
const MAX_LENGTH = 2000;

/**
 * Where to go after a login: `next` where it is a path of this server, else the dashboard. Nothing that a browser could
 * take for another host: backslashes count as slashes there, and control characters are dropped.
 */
export function safeReturnPath(next: unknown): string {
  if (typeof next !== "string" || next.length > MAX_LENGTH) return HOME;
  return /^\/[^\\\p{Cc}]*$/u.test(next) && !next.includes("//") ? next : HOME;
}
