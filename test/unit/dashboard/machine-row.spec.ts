import { machineRow } from "../../../src/dashboard/machine-row.js";
import { machine, now, oddValues } from "./machine-fixture.js";

describe("machineRow", () => {
  it("picks out what a row shows", () => {
    expect(machineRow(machine(), now)).toEqual({
      name: "web-01.example.com",
      machineId: "web-01",
      system: "Linux 6.1",
      status: "online",
      cpu: { percent: 12.5, detail: "4 cores" },
      memory: { percent: 43, detail: "6.7 GiB of 15.6 GiB" },
      disk: { percent: 91.2, detail: "91 B of 100 B" },
      lastSeen: "12 s ago",
      lastSeenAt: "2026-11-26T10:29:48.000Z",
      uptime: "5 d 4 h",
    });
  });

  it("shows a machine of which nothing is known by its id", () => {
    const row = machineRow(machine({ info: {}, latest_metrics: {} }), now);
    expect(row).toMatchObject({
      name: "web-01",
      system: undefined,
      cpu: undefined,
      memory: undefined,
      disk: undefined,
    });
  });

  it("shows a figure whose share is known without the sizes", () => {
    const row = machineRow(machine({ latest_metrics: { memory: { percent: 50 } } }), now);
    expect(row.memory).toEqual({ percent: 50, detail: undefined });
  });

  it("does not claim that an offline machine is still up", () => {
    expect(machineRow(machine({ status: "offline" }), now).uptime).toBeUndefined();
  });

  it("cuts a name that would fill the page", () => {
    expect(machineRow(machine({ info: { hostname: "x".repeat(100_000) } }), now).name.length).toBeLessThan(250);
  });

  it.each(oddValues.map((value) => [value]))("bears %p anywhere, and makes no figure of it", (value) => {
    const odd = value as Record<string, unknown>;
    for (const changes of [
      { info: odd, latest_metrics: odd },
      { info: { hostname: value, os: value, os_version: value, cpu_count: value } },
    ]) {
      const row = machineRow(machine(changes), now);
      expect(typeof row.name).toBe("string");
      expect(row.name).not.toBe("");
    }
    const metrics = {
      uptime_seconds: value,
      cpu: value,
      memory: { percent: value },
      disk: { percent: 1, used: value },
    };
    const row = machineRow(machine({ latest_metrics: metrics }), now);
    expect([row.uptime, row.cpu, row.memory, row.disk]).toEqual([
      undefined,
      undefined,
      undefined,
      { percent: 1, detail: undefined },
    ]);
  });
});
