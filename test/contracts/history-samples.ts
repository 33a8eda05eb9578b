import type { Figures } from "../../src/fleet/history/figures.js";
import type { AcceptedReport } from "../../src/fleet/store/fleet-store.js";
import { report } from "../support/accepted-report.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Sample = Pick<AcceptedReport, "sampledAt" | "figures">;

/** A report that arrives at the moment of its sample, whose machine is called the same whoever sends it. */
export function reportAt(machineId: string, at: number, overrides: Partial<AcceptedReport> = {}): AcceptedReport {
  const times = { arrivedAt: at, sampledAt: at, metrics: `{"at":${at}}` };
  return report(machineId, 0, { ...times, figures: figures({}), serialHash: null, ...overrides });
}

export function figures(some: Partial<Figures>): Figures {
  const none = {
    cpu: null,
    memory: null,
    disk: null,
    load1: null,
    bytesSent: null,
    bytesReceived: null,
    processes: null,
  };
  return { ...none, ...some };
}

/** One sample per 10 s whose figures move and whose counters grow. */
export function steadySamples(from: number, lengthMs: number): Sample[] {
  return Array.from({ length: lengthMs / 10_000 }, (_, index) => ({
    sampledAt: from + index * 10_000,
    figures: {
      cpu: 50 + 40 * Math.sin(index / 5),
      memory: 20 + (index % 13),
      disk: 30,
      load1: (index % 7) / 4,
      bytesSent: index * index * 10,
      bytesReceived: index * 5_000,
      processes: 100,
    },
  }));
}

/** Missing figures, a counter that wraps, one that restarts, a gap longer than rates are computed over. */
export function oddSamples(from: number): Sample[] {
  const odd: [seconds: number, some: Partial<Figures>][] = [
    [0, { cpu: 10, bytesSent: 4_294_000_000, bytesReceived: 100 }],
    [10, { bytesSent: 1_000, bytesReceived: 1_100 }],
    [20, { cpu: 30, bytesSent: 2_000 }],
    [30, { cpu: 50, bytesSent: 500, bytesReceived: 1_300 }],
    [290, { memory: 50, bytesSent: 1_500 }],
    [310, { memory: 60, bytesSent: 3_500 }],
    [1_200, { bytesSent: 900_000, bytesReceived: 900_000 }],
    [1_210, { bytesSent: 900_000, bytesReceived: 910_000 }],
  ];
  return odd.map(([seconds, some]) => ({ sampledAt: from + seconds * 1000, figures: figures(some) }));
}
