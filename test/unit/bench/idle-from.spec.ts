import { idleFrom } from "../../../bench/browser/idle-from.mjs";

describe("the time from which a page answers at once", () => {
  it.each([
    ["when it is on screen, without long tasks", [], 1000],
    ["then, whatever was long before", [{ startTime: 100, duration: 800 }], 1000],
    ["after the task that shows it", [{ startTime: 900, duration: 180 }], 1080],
    [
      "after the last of several in a row",
      [
        { startTime: 1200, duration: 100 },
        { startTime: 1700, duration: 60 },
      ],
      1760,
    ],
    ["then, when the next long task comes after a pause", [{ startTime: 1500, duration: 300 }], 1000],
  ])("is %s", (_, longTasks, expected) => {
    expect(idleFrom(1000, longTasks)).toBe(expected);
  });
});
