import type { CookieOptions } from "express-session";

export const SESSION_COOKIE = "fleet_session";

/** Without an expiry: the store's time to live rules, not a clock of a node or a browser. */
export const sessionCookieOptions = {
  httpOnly: true,
  sameSite: "lax",
  path: "/",
} satisfies CookieOptions;
