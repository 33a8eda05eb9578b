import { Worker } from "node:worker_threads";

/**
 * Seals and commits batches in a thread of its own.
 *
 * @param {{ path: string, key: string, detailMs: number }} options
 * @returns {(rows: import("./report-row.mjs").ReportRow[]) => Promise<void>}
 */
export function commitToSqlite(options) {
  const worker = new Worker(new URL("./sqlite.worker.mjs", import.meta.url), { workerData: options });
  worker.on("error", (error) => {
    console.error(error);
    process.exit(1);
  });
  return (rows) =>
    new Promise((resolve) => {
      worker.once("message", () => resolve());
      worker.postMessage(rows);
    });
}
