import { backOffMs, retryAfterMs } from "../../../agent/src/delivery/back-off.js";

const ALMOST_ONE = 1 - Number.EPSILON;

describe("back-off", () => {
  it.each([
    [0, 1000],
    [1, 2000],
    [2, 4000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [5000, 30_000],
  ])("after round %i waits anything between nothing and %i ms", (round, boundMs) => {
    expect(backOffMs(round, 0)).toBe(0);
    expect(backOffMs(round, 0.5)).toBe(boundMs / 2);
    expect(backOffMs(round, ALMOST_ONE)).toBeCloseTo(boundMs, 3);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-11-26T10:30:00Z");

  it.each<[string, string | undefined, string | undefined, number | null]>([
    ["seconds", "2", undefined, 2000],
    ["zero", "0", undefined, 0],
    ["blanks around it", " 7 ", undefined, 7000],
    ["more than five minutes", "86400", undefined, 300_000],
    ["more digits than a number holds", "9".repeat(400), undefined, 300_000],
    ["a date", "Thu, 26 Nov 2026 10:30:05 GMT", undefined, 5000],
    ["a date in the past", "Thu, 26 Nov 2026 10:29:00 GMT", undefined, 0],
    [
      "a date by a server whose clock is an hour ahead",
      "Thu, 26 Nov 2026 11:30:05 GMT",
      "Thu, 26 Nov 2026 11:30:00 GMT",
      5000,
    ],
    ["a date beside a broken Date header", "Thu, 26 Nov 2026 10:30:05 GMT", "yesterday", 5000],
    ["no header", undefined, undefined, null],
    ["an empty header", "", undefined, null],
    ["nonsense", "soon", undefined, null],
  ])("understands %s", (_name, header, date, expected) => {
    expect(retryAfterMs(header, date, now)).toBe(expected);
  });
});
