const HOME = "/dashboard";

/** Where to go after the login: a path of this server, never another site's address; the server's own rule is the same. */
export function safePath(next: string | null): string {
  if (next === null || next.length > 2000) return HOME;
  return /^\/[^\\\p{Cc}]*$/u.test(next) && !next.includes("//") ? next : HOME;
}
