import { MAX_POINTS, chooseResolution, chooseRolled } from "../../../src/fleet/history/choose-resolution.js";
import { bucketMs } from "../../../src/fleet/history/history-query.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = 1_800_000_123_456;
const kept = { rawMs: 48 * HOUR, fiveMinuteMs: 30 * DAY };
const last = (lengthMs: number, endedAgoMs = 0) => ({ from: now - endedAgoMs - lengthMs, to: now - endedAgoMs });

describe("the resolution of a chart", () => {
  it.each([
    ["the last 15 minutes", last(15 * MINUTE), { resolution: "raw" }],
    ["an hour yesterday", last(HOUR, DAY), { resolution: "raw" }],
    ["an hour of which raw samples are gone", last(HOUR, 3 * DAY), { resolution: "5m", stepMs: 5 * MINUTE }],
    ["an hour of which only hours are kept", last(HOUR, 40 * DAY), { resolution: "1h", stepMs: HOUR }],
    ["the last day", last(DAY), { resolution: "5m", stepMs: 5 * MINUTE }],
    ["the last week", last(7 * DAY), { resolution: "1h", stepMs: HOUR }],
    ["the last 30 days", last(30 * DAY), { resolution: "1h", stepMs: 2 * HOUR }],
    ["the last two years", last(730 * DAY), { resolution: "1h", stepMs: 36 * HOUR }],
    ["no time at all", last(0), { resolution: "raw" }],
  ])("for %s", (_what, range, expected) => {
    expect(chooseResolution(range, now, kept)).toEqual(expected);
  });

  it("never gives more than 500 points, whatever the range begins with", () => {
    for (let lengthMs = HOUR; lengthMs < 1_000 * DAY; lengthMs = Math.round(lengthMs * 1.37)) {
      for (const shiftMs of [0, 1, 299_999, 3_599_999]) {
        const range = last(lengthMs, shiftMs);
        const { resolution, stepMs } = chooseRolled(range, now, kept);
        const points = Math.floor(range.to / stepMs) - Math.floor(range.from / stepMs) + 1;
        expect(points).toBeLessThanOrEqual(MAX_POINTS);
        expect(stepMs % bucketMs[resolution]).toBe(0);
      }
    }
  });
});
