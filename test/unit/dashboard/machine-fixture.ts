import type { Machine } from "../../../src/fleet/machines/machine-answer.js";

export const now = Date.parse("2026-11-26T10:30:00.000Z");

export function machine(changes: Partial<Machine> = {}): Machine {
  return {
    machine_id: "web-01",
    info: { hostname: "web-01.example.com", os: "Linux", os_version: "6.1", cpu_count: 4 },
    status: "online",
    first_seen: "2026-11-01T00:00:00.000Z",
    last_seen: "2026-11-26T10:29:48.000Z",
    latest_metrics: {
      uptime_seconds: 446_400,
      cpu: { percent: 12.5, count: 4 },
      memory: { percent: 43, used: 7_194_070_220, total: 16_777_216_000 },
      disk: { percent: 91.2, used: 91, total: 100 },
    },
    id_conflict: false,
    ...changes,
  };
}

/** What no agent should send, and one day some agent will. */
export const oddValues: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "   ",
  "text",
  `<script>alert("x")</script>`,
  [],
  [[[]]],
  {},
  { percent: null, used: "a lot", total: {} },
  { percent: "<b>50</b>", toString: 1, __proto__: null },
];
