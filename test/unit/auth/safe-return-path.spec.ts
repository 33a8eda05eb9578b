import { safeReturnPath } from "../../../src/auth/safe-return-path.js";

describe("safeReturnPath", () => {
  it.each(["/", "/dashboard", "/machine/web-01", "/dashboard?cursor=abc%2F%2F&x=1", "/a#b", "/ü", "/@evil.example"])(
    "leads to %s, a path of this server",
    (next) => {
      expect(safeReturnPath(next)).toBe(next);
      expect(new URL(next, "https://fleet.example/").origin).toBe("https://fleet.example");
    },
  );

  it.each([
    ["another host", "https://evil.example/"],
    ["another host without a scheme", "//evil.example"],
    ["a backslash, which browsers take for a slash", "/\\evil.example"],
    ["a backslash at the front", "\\/evil.example"],
    ["a tab, which browsers drop", "/\t/evil.example"],
    ["a line break", "/\r\nSet-Cookie: a=b"],
    ["a delete character", "/\u007f"],
    ["a C1 control character", "/\u0085"],
    ["a script", "javascript:alert(1)"],
    ["a relative path", "dashboard"],
    ["two slashes further on", "/a//b"],
    ["a leading space", " /dashboard"],
    ["nothing", ""],
    ["undefined", undefined],
    ["a list", ["/a", "/b"]],
    ["an object", { path: "/a" }],
    ["too long a path", `/${"a".repeat(2000)}`],
  ])("leads to the dashboard instead of %s", (_what, next) => {
    expect(safeReturnPath(next)).toBe("/dashboard");
  });
});
