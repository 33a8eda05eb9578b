import fc from "fast-check";
import { sampleTime } from "../../../src/fleet/ingest/sample-time.js";

const now = Date.parse("2026-03-10T12:00:00Z");
const iso = (text: string) => Date.parse(text);

describe("sampleTime", () => {
  it.each([
    ["UTC", "2026-03-10T11:59:58.250Z", iso("2026-03-10T11:59:58.250Z")],
    ["an offset", "2026-03-10T13:00:00+01:00", now],
    ["an offset without a colon", "2026-03-10T17:30:00+0530", now],
    ["microseconds, cut to milliseconds", "2026-03-10T11:59:59.123456Z", iso("2026-03-10T11:59:59.123Z")],
    ["seven days back", "2026-03-03T12:00:00Z", iso("2026-03-03T12:00:00Z")],
    ["five minutes ahead", "2026-03-10T12:05:00Z", iso("2026-03-10T12:05:00Z")],
    ["local time in UTC", "2026-03-10T11:59:59", iso("2026-03-10T11:59:59Z")],
    ["local time in Berlin", "2026-03-10T13:00:01.5", iso("2026-03-10T12:00:01.5Z")],
    ["local time in Kathmandu (+05:45)", "2026-03-10T17:45:00", now],
    ["local time on Line Islands (+14:00)", "2026-03-11T02:00:00", now],
    ["local time on Baker Island (-12:00)", "2026-03-10T00:00:00", now],
    ["a blank instead of the T", "2026-03-10 12:00:00", now],
  ])("trusts %s", (_what, timestamp, expected) => {
    expect(sampleTime(timestamp, now)).toBe(expected);
  });

  it.each([
    ["a report from 2019", "2019-01-01T00:00:00Z"],
    ["a report from tomorrow", "2026-03-11T12:00:00Z"],
    ["a local time of 2019", "2019-01-01T00:00:00"],
    ["a local time six minutes off any zone", "2026-03-10T12:06:00"],
    ["a local time west of every zone", "2026-03-09T23:45:00"],
    ["a 30th of February", "2026-02-30T12:00:00Z"],
    ["25 o'clock", "2026-03-10T25:00:00Z"],
    ["words", "yesterday"],
    ["a number", 1773144000],
    ["nothing", undefined],
    ["null", null],
    ["a date alone", "2026-03-10"],
  ])("does not trust %s", (_what, timestamp) => {
    expect(sampleTime(timestamp, now)).toBeUndefined();
  });

  it("gives a repeated report the same time, with a zone and without, whatever the zone and the delay", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -48, max: 56 }),
        fc.integer({ min: 0, max: 240_000 }),
        fc.integer({ min: -200_000, max: 0 }),
        (quarters, delayMs, skewMs) => {
          const local = new Date(now + skewMs + quarters * 900_000).toISOString().replace("Z", "");
          expect(sampleTime(local, now)).toBe(now + skewMs);
          // As long as skew and delay together stay under five minutes, lateness changes nothing.
          if (delayMs - skewMs < 300_000) expect(sampleTime(local, now + delayMs)).toBe(now + skewMs);
        },
      ),
    );
  });
});
