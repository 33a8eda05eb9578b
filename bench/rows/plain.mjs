import { DETAIL_SECONDS, compare, median } from "../load/compare.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { percent } from "../support/show-table.mjs";

const AT_ONCE = 250;

/**
 * Plain reports on PostgreSQL, nothing encrypted, committed before the answer: one per request, and many.
 *
 * @param {import("../bench.mjs").Bench} bench
 */
export async function plain(bench) {
  const postgres = await startPostgres();
  const node = await makeNode({
    dbUrl: await postgres.createDatabase("fleet"),
    plain: true,
    config: { history: { detail_interval: DETAIL_SECONDS } },
  });
  await node.start();
  const target = { name: "node", url: node.url, pids: () => [node.pid(), postgres.pid] };
  for (const [batch, figureOfOthers] of /** @type {const} */ ([
    [1, 5_100],
    [AT_ONCE, 8_300],
  ])) {
    const { node: rounds = [] } = await compare(bench, [target], { encrypted: false, batch });
    const rate = median(rounds.map((round) => round.rate));
    const clients = percent(median(rounds.map(({ clientShare }) => clientShare)));
    bench.add({
      what: `plain reports/s, PostgreSQL, ${batch === 1 ? "one per request" : `by ${batch}`}`,
      figure: `${rate.toFixed(0)}; client ${clients} of the CPU time`,
      bound: `Zabbix 6.0: ${figureOfOthers}, not durable`,
      kept: rate >= figureOfOthers,
      raw: rounds,
    });
  }
  await node.stop();
}
