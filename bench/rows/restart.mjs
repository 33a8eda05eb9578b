import { setTimeout as sleep } from "node:timers/promises";
import { startSteadyLoad } from "../load/steady-load.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { query, startPostgres } from "../support/postgres.mjs";

const REPORTS_PER_SECOND = 400;
const MACHINES = 1_000;
const LOAD_MS = 10_000;

/**
 * PostgreSQL restarted under load, twice, with machines that keep what was not accepted: afterwards every sample that a
 * machine has made must be stored.
 *
 * @param {import("../bench.mjs").Bench} bench
 */
export async function restart(bench) {
  const postgres = await startPostgres();
  const dbUrl = await postgres.createDatabase("fleet");
  const node = await makeNode({ dbUrl });
  await node.start();
  await startSteadyLoad(bench, node.url, REPORTS_PER_SECOND, { machines: MACHINES, resend: true, count: true });
  for (let time = 0; time < 2; time++) {
    await sleep(LOAD_MS / 2);
    bench.progress("restarting PostgreSQL");
    await postgres.restart();
  }
  await sleep(LOAD_MS / 2);
  const { made, sent, errors, problems } = await bench.client.stopFleet({ timeoutMs: 60_000 });
  const rows = await query(
    dbUrl,
    `SELECT m.machine_id, array_agg(s.ts::float8 ORDER BY s.ts) AS times
     FROM history_samples s JOIN machines m ON m.id = s.machine GROUP BY 1`,
  );
  const stored = new Map(rows.map(({ machine_id, times }) => [String(machine_id), new Set(times)]));
  const missing = Object.entries(made).flatMap(([machine, times]) =>
    times.filter((at) => !stored.get(machine)?.has(at)).map((at) => ({ machine, at })),
  );
  const count = [...stored.values()].reduce((sum, times) => sum + times.size, 0);
  bench.add({
    what: "PostgreSQL restarted twice under load",
    figure: `${missing.length} of ${sent} samples missing, ${count} stored; ${errors} refusals sent again`,
    bound: "0 missing",
    kept: missing.length === 0 && errors > 0,
    raw: { sent, count, errors, problems, missing: missing.slice(0, 100) },
  });
  await node.stop();
}
