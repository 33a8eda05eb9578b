import { agoText, durationText, percentText } from "../../../src/dashboard/figure-text.js";

describe("percentText", () => {
  it.each([
    [0, "0 %"],
    [0.04, "0 %"],
    [0.26, "0.3 %"],
    [7, "7 %"],
    [9.94, "9.9 %"],
    [9.96, "10 %"],
    [42.4, "42 %"],
    [99.7, "100 %"],
    [100, "100 %"],
  ])("writes %d as %s", (percent, text) => {
    expect(percentText(percent)).toBe(text);
  });
});

describe("durationText", () => {
  it.each([
    [0, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [3599, "59 min"],
    [3600, "1 h"],
    [3 * 3600 + 240, "3 h 4 min"],
    [86_400, "1 d"],
    [5 * 86_400 + 6 * 3600 + 59, "5 d 6 h"],
    [1000 * 86_400, "1000 d"],
  ])("writes %d s as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe("agoText", () => {
  it.each([
    [-5_000, "just now"],
    [999, "just now"],
    [1_000, "1 s ago"],
    [59_999, "59 s ago"],
    [60_000, "1 min ago"],
    [3_599_999, "59 min ago"],
    [3_600_000, "1 h ago"],
    [86_400_000, "1 d ago"],
    [30 * 86_400_000, "30 d ago"],
  ])("writes %d ms as %s", (ageMs, text) => {
    expect(agoText(ageMs)).toBe(text);
  });
});
