import { browserName } from "../../../src/dashboard/browser-name.js";

const webKit = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("browserName", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 on Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/140.0.0.0 Safari/537.36`, "Chrome 140 on Windows"],
    [`Mozilla/5.0 (Windows NT 10.0) ${webKit} Chrome/140.0.0.0 Safari/537.36 Edg/141.0.0.0`, "Edge 141 on Windows"],
    [`Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/140.0.0.0 Mobile Safari/537.36`, "Chrome 140 on Android"],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} HeadlessChrome/140.0.0.0 Safari/537.36`, "Chrome 140 on Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
      "Safari 18 on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari 18 on iOS",
    ],
    ["Firefox/9", "Firefox 9"],
    ["curl/8.5.0", "curl/8.5.0"],
    ["x".repeat(256), `${"x".repeat(40)}…`],
    ["", ""],
  ])("calls %s %s", (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});
