import { BackgroundReading, restMs } from "../../../src/monitoring/background-reading.js";

const timers = import.meta.jest;

describe("the pace of readings", () => {
  it.each([
    { what: "every 15 s what is quick", tookMs: 10, failed: false, rest: 15_000 },
    { what: "seldom what is slow", tookMs: 2_000, failed: false, rest: 40_000 },
    { what: "soon what failed", tookMs: 10, failed: true, rest: 3_000 },
    { what: "later what failed after a while", tookMs: 3_500, failed: true, rest: 70_000 },
  ])("asks $what", ({ tookMs, failed, rest }) => {
    expect(restMs(tookMs, failed)).toBe(rest);
  });
});

describe("a figure that is read in the background", () => {
  let answer: () => Promise<number>;
  let reading: BackgroundReading<number>;

  beforeEach(async () => {
    timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
    answer = () => Promise.resolve(1);
    reading = new BackgroundReading(() => answer());
    expect(reading.value).toBeUndefined();
    reading.start();
    await timers.advanceTimersByTimeAsync(0);
    expect(reading.value).toBe(1);
  });

  afterEach(() => {
    reading.stop();
    timers.useRealTimers();
  });

  it("is what was read last", async () => {
    answer = () => Promise.resolve(2);
    await timers.advanceTimersByTimeAsync(14_999);
    expect(reading.value).toBe(1);
    await timers.advanceTimersByTimeAsync(1);
    expect(reading.value).toBe(2);
  });

  it("is unknown while reading fails, and known again soon after", async () => {
    answer = () => Promise.reject(new Error("away"));
    await timers.advanceTimersByTimeAsync(15_000);
    expect(reading.value).toBeUndefined();
    answer = () => Promise.resolve(3);
    await timers.advanceTimersByTimeAsync(3_000);
    expect(reading.value).toBe(3);
  });

  it("is unknown once an answer keeps everybody waiting, and is not asked for again meanwhile", async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    await timers.advanceTimersByTimeAsync(24_999);
    expect(reading.value).toBe(1);
    await timers.advanceTimersByTimeAsync(1);
    expect(reading.value).toBeUndefined();
    await timers.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toBe(1);
  });

  it("is no longer read once it is stopped", async () => {
    answer = () => Promise.resolve(2);
    reading.stop();
    await timers.advanceTimersByTimeAsync(20_000);
    expect(reading.value).toBe(1);
  });
});
