import { Logger } from "@nestjs/common";
import { Metrics, showIfKnown } from "../../../src/monitoring/metrics.js";

/** The lines of the answer that are no comments. */
async function samplesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe("the metrics", () => {
  it("are as they are when somebody asks", async () => {
    const metrics = new Metrics({ enabled: true });
    const gauge = metrics.gauge({ name: "fleet_size", help: "Size." });
    let size = 1;
    metrics.beforeScrape(() => {
      gauge.set(size);
    });
    expect(await samplesOf(metrics)).toEqual(["fleet_size 1"]);
    size = 2;
    expect(await samplesOf(metrics)).toEqual(["fleet_size 2"]);
  });

  it("leave out what is not known", async () => {
    const metrics = new Metrics({ enabled: true });
    const gauge = metrics.gauge({ name: "fleet_size", help: "Size." });
    for (const [value, shown] of [
      [undefined, []],
      [0, ["fleet_size 0"]],
      [null, []],
    ] as const) {
      showIfKnown(gauge, value);
      expect(await samplesOf(metrics)).toEqual(shown);
    }
  });

  it("are told although some of them cannot be", async () => {
    const metrics = new Metrics({ enabled: true });
    const counter = metrics.counter({ name: "fleet_things_total", help: "Things." });
    metrics.beforeScrape(() => {
      throw new Error("a bug");
    });
    metrics.beforeScrape(() => {
      counter.inc();
    });
    expect(await samplesOf(metrics)).toEqual(["fleet_things_total 1"]);
  });

  it("of one node are not those of another in the same process", async () => {
    const config = { name: "fleet_things_total", help: "Things." };
    const [one, other] = [new Metrics({ enabled: true }), new Metrics({ enabled: true })];
    one.counter(config).inc();
    other.counter(config).inc(5);
    expect(await samplesOf(one)).toEqual(["fleet_things_total 1"]);
  });
});
