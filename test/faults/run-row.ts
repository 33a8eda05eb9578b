import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../support/wait-for.js";
import { compareReports } from "./compare-reports.js";
import { Load } from "./load.js";
import { type Row, rowOf, type TruthTime } from "./row.js";
import type { Scenario, Truth } from "./scenario.js";
import type { World } from "./world.js";

/** Beyond this a truth counts as never told. */
const TRUTH_LIMIT_MS = 30_000;

let rows = 0;

/** Runs one fault under load and measures it. The world is whole again when this resolves; it is not when this throws. */
export async function runRow(world: World, scenario: Scenario): Promise<Row> {
  const prefix = `${scenario.name}-${++rows}`;
  const { url, ca } = world.proxy;
  const load = await Load.start({ url, ca, encryptionKey: world.encryptionKey, prefix });
  const watch = await scenario.watch?.(world);
  try {
    const startedAt = performance.now();
    const truths = [await timeOf(await scenario.inject(world))];
    await sleep(Math.max(0, scenario.lastsMs - (performance.now() - startedAt)));
    truths.push(await timeOf(await scenario.settle(world)));
    await world.whole();
    await load.everybodyServed();
    await load.stop();
    const beside = (await watch?.end()) ?? { problems: [] };
    const reports = compareReports(load.sent, load.answered, await world.data.stored(`${prefix}-`));
    return rowOf(scenario.fault, load.attempts, reports, truths, beside);
  } finally {
    await Promise.all([load.stop(), watch?.end()]);
  }
}

async function timeOf(truth: Truth): Promise<TruthTime> {
  const { what } = truth;
  const startedAt = performance.now();
  return waitFor(() => truth.holds(), { what, timeoutMs: TRUTH_LIMIT_MS, intervalMs: 50 }).then(
    () => ({ what, tookMs: performance.now() - startedAt }),
    () => ({ what, tookMs: null }),
  );
}
