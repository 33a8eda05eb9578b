import { comesFromHere } from "../../../src/auth/same-origin.js";

const HOST = "fleet.example";

describe("comesFromHere", () => {
  it.each<[string, { fetchSite?: string; origin?: string; host?: string }, boolean]>([
    ["a program, which says nothing", {}, true],
    ["this server's page", { fetchSite: "same-origin", origin: "https://fleet.example" }, true],
    ["an address typed by a person", { fetchSite: "none" }, true],
    ["a sister site", { fetchSite: "same-site", origin: "https://wiki.example" }, false],
    ["another site", { fetchSite: "cross-site", origin: "https://evil.example" }, false],
    ["another site that claims the origin, too", { fetchSite: "cross-site", origin: "https://fleet.example" }, false],
    [
      "this server's page behind a proxy that drops the port",
      { fetchSite: "same-origin", origin: "https://x:8" },
      true,
    ],
    ["what no browser says", { fetchSite: "same-origin, cross-site" }, false],
    ["an empty Sec-Fetch-Site", { fetchSite: "" }, false],
    ["an old browser on this server's page", { origin: "http://fleet.example" }, true],
    ["an old browser on another site", { origin: "https://evil.example" }, false],
    ["a sandboxed frame", { origin: "null" }, false],
    ["an empty origin", { origin: "" }, false],
    ["a host that begins alike", { origin: "https://fleet.example.evil.example" }, false],
    ["a host that ends alike", { origin: "https://evilfleet.example" }, false],
    ["another port", { origin: "http://fleet.example:8080" }, false],
    ["the right port", { origin: "http://fleet.example:8080", host: "fleet.example:8080" }, true],
    ["a default port spelt out", { origin: "https://fleet.example", host: "fleet.example:443" }, true],
    ["the other scheme's default port", { origin: "https://fleet.example", host: "fleet.example:80" }, false],
    ["capitals", { origin: "https://fleet.example", host: "Fleet.Example" }, true],
    ["an IPv6 address", { origin: "http://[::1]:8768", host: "[::1]:8768" }, true],
    ["an extension", { origin: "moz-extension://fleet.example" }, false],
  ])("judges a POST by %s (%j): %s", (_who, { fetchSite, origin, host = HOST }, verdict) => {
    expect(comesFromHere({ method: "POST", fetchSite, origin, host })).toBe(verdict);
  });

  it.each(["GET", "HEAD", "OPTIONS"])("lets anyone read: %s", (method) => {
    expect(comesFromHere({ method, fetchSite: "cross-site", origin: "https://evil.example", host: HOST })).toBe(true);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "post", "UNHEARD-OF"])("refuses another site's %s", (method) => {
    expect(comesFromHere({ method, fetchSite: "cross-site", origin: undefined, host: HOST })).toBe(false);
  });

  it("refuses an origin where there is no host to compare it with", () => {
    expect(comesFromHere({ method: "POST", fetchSite: undefined, origin: "http://a", host: undefined })).toBe(false);
  });
});
