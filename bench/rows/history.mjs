import { median } from "../load/compare.mjs";
import { execute, fillRollUps } from "../support/databases.mjs";
import { logIn, makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { ms } from "../support/show-table.mjs";
import { timesOf } from "./reads.mjs";
import { knowMachines } from "./stored.mjs";

const MACHINES = 1_000;
const DAYS = 30;
const DAY_MS = 86_400_000;

/** 30 days of one machine at five minutes, out of 1,000 machines that all have them. @param {import("../bench.mjs").Bench} bench */
export async function history(bench) {
  for (const database of ["SQLite", "PostgreSQL"]) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    const node = await makeNode(dbUrl === undefined ? {} : { dbUrl });
    await node.start();
    const machines = bench.quick ? MACHINES / 10 : MACHINES;
    bench.progress(`filling ${database} with ${DAYS} days of ${machines} machines`);
    await knowMachines(bench, node.url, machines);
    await node.stop();
    const place = dbUrl === undefined ? { path: node.dbPath } : { url: dbUrl };
    const untilMs = Date.now();
    await execute(place, fillRollUps({ days: DAYS, untilMs }, place));
    await execute(place, dbUrl === undefined ? ["ANALYZE"] : ["VACUUM ANALYZE history_rollups", "CHECKPOINT"]);
    await node.start();
    const get = await logIn(node.url);
    const at = (/** @type {number} */ days) => encodeURIComponent(new Date(untilMs - days * DAY_MS).toISOString());
    let next = 0;
    // Each time another machine, whose rows nobody has read before.
    const idOfNext = () => `machine-${String(1 + ((next += 37) % machines)).padStart(6, "0")}`;
    const repeats = bench.quick ? 10 : 50;
    const chart = await timesOf(repeats, async () => {
      const { history } = await get(`/api/fleet/history/${idOfNext()}?resolution=auto&from=${at(DAYS)}`);
      if (history.length > 500 || history.length < 300) throw new Error(`the chart has ${history.length} points`);
    });
    // One answer holds 5,000 points at most.
    const all = await timesOf(repeats, async () => {
      const id = idOfNext();
      let points = 0;
      for (const [from, to] of [
        [DAYS, DAYS / 2],
        [DAYS / 2, 0],
      ]) {
        const range = `from=${at(from ?? 0)}&to=${at(to ?? 0)}`;
        points += (await get(`/api/fleet/history/${id}?resolution=5m&limit=5000&${range}`)).history.length;
      }
      if (points < DAYS * 287) throw new Error(`there are ${points} points`);
    });
    await node.stop();
    for (const [what, times] of /** @type {const} */ ([
      ["a chart of at most 500 points", chart],
      ["all 8,640 points, in two requests", all],
    ])) {
      bench.add({
        what: `30 days of one of ${machines} machines, ${what}, ${database}`,
        figure: ms(median(times)),
        bound: "under 50 ms",
        kept: median(times) < 50,
        raw: times,
      });
    }
  }
}
