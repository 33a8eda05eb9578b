import type { History } from "../../../dashboard/src/api/types.ts";
import { rangeBefore, readRange, timesOf, writeRange } from "../../../dashboard/src/pages/machine/ranges.ts";
import { seriesOf } from "../../../dashboard/src/pages/machine/series.ts";

const START = Date.UTC(2026, 10, 24, 12);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const history = (members: Partial<History>): History => ({
  machine_id: "m",
  resolution: "raw",
  step: null,
  history: [],
  ...members,
});

describe("the range of charts", () => {
  it.each(["", "range=15m", "range=2y"])("%j is read and written alike", (text) => {
    expect(writeRange(readRange(new URLSearchParams(text))).toString()).toBe(text);
  });

  it("may be any stretch of time, and is the last hour where it makes no sense", () => {
    const stretch = readRange(new URLSearchParams({ from: at(0), to: at(60) }));
    expect(stretch).toEqual({ from: START, to: START + 60_000, before: "1h" });
    expect(readRange(writeRange(stretch))).toEqual(stretch);
    const within = readRange(new URLSearchParams({ range: "7d", from: at(0), to: at(60) }));
    expect([rangeBefore(within), rangeBefore(stretch), rangeBefore({ name: "2y" })]).toEqual(["7d", "1h", "2y"]);
    expect(readRange(writeRange(within))).toEqual(within);
    for (const text of ["range=soon", `from=${at(60)}&to=${at(0)}`, "from=x&to=y"]) {
      expect(readRange(new URLSearchParams(text))).toEqual({ name: "1h" });
    }
  });

  it("moves on in steps of a hundredth, so that what is asked for stays the same in between", () => {
    const first = timesOf({ name: "1h" }, START + 1);
    expect(timesOf({ name: "1h" }, START + 30_000)).toEqual(first);
    expect(first.to - first.from).toBe(3_600_000);
    expect(timesOf({ name: "1h" }, START + 40_000)).not.toEqual(first);
    expect(timesOf({ from: 1, to: 2, before: "1h" }, START)).toMatchObject({ from: 1, to: 2 });
  });
});

describe("the lines of charts", () => {
  const sample = (seconds: number, cpu: number | null, bytes_recv: number) => ({
    timestamp: at(seconds),
    metrics: { cpu: { percent: cpu }, network: { bytes_recv } },
  });

  it("end at a gap and begin again behind it, where there is no rate", () => {
    const points = [
      sample(0, 10, 0),
      sample(10, 20, 5000),
      sample(20, null, 5500),
      sample(300, 40, 9000),
      sample(310, 50, 9100),
    ];
    const { times, cpu, received, rolled } = seriesOf(history({ history: points }));
    expect(times.map((time) => time - START / 1000)).toEqual([0, 10, 20, 160, 300, 310]);
    expect(cpu).toEqual([10, 20, null, null, 40, 50]);
    expect(received).toEqual([null, 500, 50, null, null, 10]);
    expect(rolled).toBe(false);
  });

  it("have no rate where a counter began again", () => {
    const points = [sample(0, 1, 9000), sample(10, 1, 100), sample(20, 1, 1100)];
    expect(seriesOf(history({ history: points })).received).toEqual([null, null, 100]);
  });

  it("of rolled-up points have their highest values and the rates that they tell", () => {
    const point = (seconds: number) => ({
      timestamp: at(seconds),
      metrics: { cpu: { percent: 10 }, network: { bytes_recv_per_second: 7 } },
      max: { cpu: { percent: 90 } },
    });
    const { times, cpu, cpuMax, received, rolled } = seriesOf(
      history({ resolution: "5m", step: 300, history: [point(0), point(300), point(1200)] }),
    );
    expect(times).toHaveLength(4);
    expect([cpu, cpuMax, received]).toEqual([
      [10, 10, null, 10],
      [90, 90, null, 90],
      [7, 7, null, 7],
    ]);
    expect(rolled).toBe(true);
  });

  it("of nothing are nothing", () => {
    expect(seriesOf(history({})).times).toEqual([]);
  });
});
