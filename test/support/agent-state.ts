import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { decodeRecords } from "../../agent/src/queue/queue-record.js";
import { ReportQueue } from "../../agent/src/queue/report-queue.js";
import { sampleReport } from "./simulated-agents.js";

const LIMITS = { maxBytes: 100e6, maxAgeMs: 6 * 24 * 3600_000 };

/** Leaves `count` reports in an agent's state folder, ten seconds apart and the last a minute old; returns their times, oldest first. */
export function leaveReports(stateDir: string, machineId: string, count: number): string[] {
  const queue = new ReportQueue(path.join(stateDir, "queue"), LIMITS);
  const lastMs = Date.now() - 60_000;
  const timestamps = Array.from({ length: count }, (_, index) =>
    new Date(lastMs - (count - 1 - index) * 10_000).toISOString(),
  );
  for (const one of timestamps) queue.append(Date.parse(one), JSON.stringify(sampleReport(machineId, one)));
  queue.sync();
  return timestamps;
}

/** What lies in an agent's queue now, without disturbing it. */
export function bodiesInQueue(stateDir: string): string[] {
  const folder = path.join(stateDir, "queue");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".reports"));
  const contents = files.sort().map((name) => readFileSync(path.join(folder, name)));
  return contents.flatMap((content) => decodeRecords(content).records.map((record) => record.body));
}
