/** The places of the web UI; `key` follows `g` on the keyboard. */
export const places = [
  { path: "/dashboard", name: "Overview", key: "o", icon: "overview" },
  { path: "/machines", name: "Machines", key: "m", icon: "machines" },
  { path: "/cluster", name: "Cluster", key: "c", icon: "cluster" },
  { path: "/alerts", name: "Alerts", key: "a", icon: "alerts" },
  { path: "/events", name: "Events", key: "e", icon: "events" },
  { path: "/settings", name: "Settings", key: "s", icon: "settings" },
] as const;

export type PlaceIcon = (typeof places)[number]["icon"];
