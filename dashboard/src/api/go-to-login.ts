/** Leaves for the login, which leads back to where one is now. */
export function goToLogin(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === "/login") return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search + hash)}`);
}
