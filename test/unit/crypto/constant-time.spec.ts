import fc from "fast-check";
import { SecretTexts, equalsConstantTime } from "../../../src/crypto/constant-time.js";

const anyText = fc.string({ unit: "binary" });

describe("equalsConstantTime", () => {
  it.each([
    ["", "", true],
    ["secret", "secret", true],
    ["secret", "secreT", false],
    ["secret", "secret ", false],
    ["secret", "", false],
    ["", "s", false],
    ["a".repeat(10_000), "a".repeat(10_000), true],
    ["a".repeat(10_000), "a".repeat(9_999), false],
    ["日本語", "日本語", true],
    ["\u00e9", "e\u0301", false],
    ["\ud800", "\ufffd", false],
  ])("compares %j with %j: %p", (a, b, expected) => {
    expect(equalsConstantTime(a, b)).toBe(expected);
  });

  it("agrees with === on any two texts", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(equalsConstantTime(a, b)).toBe(a === b);
        expect(equalsConstantTime(a, Buffer.from(a).toString())).toBe(true);
      }),
    );
  });
});

describe("SecretTexts", () => {
  it("finds a candidate at any place of the list, and no other", () => {
    fc.assert(
      fc.property(fc.array(anyText), anyText, (accepted, candidate) => {
        expect(new SecretTexts(accepted).has(candidate)).toBe(accepted.includes(candidate));
        for (const each of accepted) expect(new SecretTexts(accepted).has(each)).toBe(true);
      }),
    );
  });

  it("finds nothing in an empty list", () => {
    expect(new SecretTexts([]).has("")).toBe(false);
  });
});
