import { RenewalLog } from "../../../src/sessions/store/renewal-log.js";

describe("RenewalLog", () => {
  it.each([
    { ttlSeconds: 3600, afterMs: 59_999, due: false },
    { ttlSeconds: 3600, afterMs: 60_000, due: true },
    { ttlSeconds: 60, afterMs: 5_999, due: false },
    { ttlSeconds: 60, afterMs: 6_000, due: true },
    { ttlSeconds: 31_536_000, afterMs: 60_000, due: true },
  ])("with a time to live of $ttlSeconds s, after $afterMs ms: due is $due", ({ ttlSeconds, afterMs, due }) => {
    const log = new RenewalLog(ttlSeconds);
    expect(log.claim("s", 1000)).toBe(true);
    expect(log.claim("s", 1000 + afterMs)).toBe(due);
  });

  it("knows sessions apart", () => {
    const log = new RenewalLog(3600);
    log.claim("a", 0);
    expect(log.claim("b", 0)).toBe(true);
  });

  it("tries again at once after a renewal that failed", () => {
    const log = new RenewalLog(3600);
    log.claim("s", 0);
    log.forget("s");
    expect(log.claim("s", 1)).toBe(true);
  });

  it("forgets the sessions renewed longest ago instead of growing without bound", () => {
    const log = new RenewalLog(3600);
    log.claim("first", 0);
    for (let i = 0; i < 9_999; i++) log.claim(`s${i}`, 1);
    expect(log.claim("first", 2)).toBe(false);
    log.claim("one too many", 3);
    expect(log.claim("s9998", 4)).toBe(false);
    expect(log.claim("first", 5)).toBe(true);
  });
});
