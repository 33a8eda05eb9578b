import { RuleTable } from "../../../src/alerts/rules/rule-table.js";
import { overrideViews } from "../../../src/alerts/rules/rule-views.js";
import { load, required, yamlOf } from "../config/config-fixture.js";

const { alerts, machines } = load({
  yaml: yamlOf({
    ...required,
    "alerts.memory.enabled": false,
    "alerts.overrides": [
      { tag: "Batch", cpu: "off", machine_offline: { after: 600 } },
      { tag: "db", cpu: { above: 50 }, disk: { for: 0 }, memory: { above: 10 } },
      { tag: "laptop", machine_offline: "off" },
    ],
  }),
});
const table = new RuleTable(alerts, machines);
const cpu = { above: 95, forMs: 600_000 };
const disk = { above: 90, forMs: 300_000 };

describe("the limits of a machine", () => {
  it.each([
    [[], { offlineAfterMs: 120_000, cpu, memory: null, disk }],
    [["web"], { offlineAfterMs: 120_000, cpu, memory: null, disk }],
    [["batch"], { offlineAfterMs: 600_000, cpu: null, memory: null, disk }],
    [
      ["db"],
      { offlineAfterMs: 120_000, cpu: { above: 50, forMs: 600_000 }, memory: null, disk: { above: 90, forMs: 0 } },
    ],
    [["db", "batch"], { offlineAfterMs: 600_000, cpu: null, memory: null, disk: { above: 90, forMs: 0 } }],
    [["laptop"], { offlineAfterMs: null, cpu, memory: null, disk }],
  ])("with the tags %j", (tags, limits) => {
    expect(table.limitsFor(tags)).toEqual(limits);
  });

  it("are looked for by the least that any machine has", () => {
    expect(table.least).toEqual({ cpu: 50, memory: Infinity, disk: 90 });
    expect(table.offlineLimits).toEqual([120_000, 600_000]);
  });

  it("are shown complete", () => {
    expect(overrideViews(alerts, machines)).toEqual([
      { tag: "Batch", kind: "machine_offline", enabled: true, threshold: null, for: 600 },
      { tag: "Batch", kind: "cpu", enabled: false, threshold: 95, for: 600 },
      { tag: "db", kind: "cpu", enabled: true, threshold: 50, for: 600 },
      { tag: "db", kind: "memory", enabled: false, threshold: 95, for: 600 },
      { tag: "db", kind: "disk", enabled: true, threshold: 90, for: 0 },
      { tag: "laptop", kind: "machine_offline", enabled: false, threshold: null, for: 120 },
    ]);
  });
});
