import { FEATURED } from "./plausible-fleet.mjs";

/**
 * @typedef {object} Picture
 * @property {string} name of the file
 * @property {string} path
 * @property {boolean} [stranger] seen before the login
 * @property {(page: import("playwright-core").Page) => Promise<unknown>} shown resolves when there is what the picture is of
 */

/** @param {string} text */
const reads = (text) => (/** @type {import("playwright-core").Page} */ page) => page.getByText(text).first().waitFor();

/** Every page there is. @type {readonly Picture[]} */
export const pictures = [
  { name: "login", path: "/login", stranger: true, shown: reads("Log in") },
  { name: "overview", path: "/dashboard", shown: reads("Needs attention") },
  { name: "machines", path: "/machines?sort=-cpu", shown: reads("machines") },
  {
    name: "machine",
    path: `/machine/${FEATURED}?range=24h`,
    shown: (page) => page.getByRole("slider").nth(4).waitFor(),
  },
  { name: "cluster", path: "/cluster", shown: reads("This page is served by") },
  { name: "alerts", path: "/alerts", shown: reads("Past") },
  { name: "events", path: "/events", shown: reads("joined the cluster") },
  { name: "users", path: "/settings/users", shown: reads("priya") },
  { name: "api-keys", path: "/settings/api-keys", shown: reads("grafana") },
  { name: "sessions", path: "/settings/sessions", shown: reads("priya") },
  { name: "password", path: "/settings/password", shown: reads("New password") },
  { name: "about", path: "/settings/about", shown: reads("Node.js") },
  { name: "api", path: "/api/docs", shown: reads("Fleet Server") },
];

/** Ways to look at them. */
export const looks = /** @type {const} */ ([
  { name: "light", scheme: "light", width: 1280, height: 800, scale: 1 },
  { name: "dark", scheme: "dark", width: 1280, height: 800, scale: 1 },
  { name: "phone", scheme: "light", width: 390, height: 844, scale: 2 },
]);
