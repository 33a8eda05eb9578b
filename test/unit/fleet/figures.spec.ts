import fc from "fast-check";
import { figuresOf, metricsOf } from "../../../src/fleet/history/figures.js";

describe("figuresOf", () => {
  it("reads every figure of a complete report", () => {
    const metrics = {
      cpu: { percent: 12.5, load_avg: [0.1, 0.2, 0.3] },
      memory: { percent: 50 },
      disk: { percent: 75 },
      network: { bytes_sent: 1, bytes_recv: 2 },
      processes: { total: 100 },
    };
    expect(figuresOf(metrics)).toEqual({
      cpu: 12.5,
      memory: 50,
      disk: 75,
      load1: 0.1,
      bytesSent: 1,
      bytesReceived: 2,
      processes: 100,
    });
  });

  it.each([
    ["a string", "12.5"],
    ["null", null],
    ["infinity, as 1e999 is parsed", Infinity],
    ["more than 100 %", 101],
    ["less than 0 %", -1],
    ["an object", { value: 1 }],
  ])("leaves %s out instead of calling it zero", (_what, percent) => {
    expect(figuresOf({ cpu: { percent } }).cpu).toBeNull();
  });

  it("survives any metrics, and what it finds is a number in range", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (metrics) => {
        for (const value of Object.values(figuresOf(metrics))) {
          expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
        }
      }),
    );
  });

  it("does not read inherited properties", () => {
    expect(figuresOf({ cpu: Object.create({ percent: 50 }) as unknown }).cpu).toBeNull();
  });
});

describe("metricsOf", () => {
  it("gives figures back in the shape of an agent's metrics, without what is absent", () => {
    const metrics = { cpu: { percent: 12.5, load_avg: [0.1] }, network: { bytes_sent: 1 } };
    expect(metricsOf(figuresOf(metrics))).toEqual(metrics);
    expect(metricsOf(figuresOf({}))).toEqual({});
  });
});
