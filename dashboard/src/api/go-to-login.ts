import { call } from "./http.ts";

let isLoggingOut = false;

/** Leaves for the login, which leads back to where one is now. */
export function goToLogin(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === "/login" || isLoggingOut) return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search + hash)}`);
}

/** Ends the login; nothing leads back then. Throws ApiError, and the login stands. */
export async function logOut(): Promise<void> {
  // What the page asks meanwhile may be refused already.
  isLoggingOut = true;
  try {
    await call("/logout", { method: "POST" });
    window.location.assign("/login");
  } catch (error) {
    isLoggingOut = false;
    throw error;
  }
}
