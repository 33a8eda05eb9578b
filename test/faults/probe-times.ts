import path from "node:path";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import type { ProbeTimes } from "./row.js";
import type { Watch } from "./scenario.js";
import type { World } from "./world.js";

/** Each with the answers that it may give while Redis hangs: what is away then is said as quickly as what is well. */
const PROBED = [
  { path: "/api/fleet/cluster/health?scope=ingest", allowed: [200] },
  { path: "/health/live", allowed: [200] },
  { path: "/api/fleet/cluster/health", allowed: [200, 503] },
  { path: "/health/ready", allowed: [200, 503] },
];

/** Probes every node and a bare server beside them, all in processes of their own. */
export async function watchProbes(world: World): Promise<Watch> {
  const { certFile, keyFile, caFile } = world.certificates;
  const bare = run("bare-server.mjs", certFile, keyFile);
  const port = /\d+$/.exec(await bare.waitForLine(/^listening on \d+$/))?.[0] ?? "";
  const origins = [`https://127.0.0.1:${port}`, ...world.nodes.map(({ url }) => url)];
  const prober = run("prober.mjs", caFile, JSON.stringify(PROBED), ...origins);
  await prober.waitForLine(/^probing$/);
  return {
    end: async () => {
      await prober.stop();
      await bare.stop();
      const line = await prober.waitForLine(/^\[/);
      const [control, ...nodes] = JSON.parse(line) as Probed[][];
      if (control === undefined) throw new Error(prober.output);
      return { problems: [], probes: { nodes: timesOf(nodes.flat()), bare: timesOf(control) } };
    },
  };
}

/** One path of one server. */
interface Probed {
  readonly path: string;
  readonly took: readonly number[];
  readonly failed: number;
}

/** Of several servers together. */
export function timesOf(probed: readonly Probed[]): ProbeTimes {
  const took = (path?: string) => probed.filter((one) => one.path === (path ?? one.path)).flatMap((one) => one.took);
  const paths = [...new Set(probed.map(({ path }) => path))];
  return {
    count: took().length,
    failed: probed.reduce((sum, one) => sum + one.failed, 0),
    mediansMs: Object.fromEntries(paths.map((path) => [path, quantile(took(path), 0.5)])),
    p999Ms: quantile(took(), 0.999),
  };
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}

function run(script: string, ...args: string[]): RunningProcess {
  const file = path.join(import.meta.dirname, "processes", script);
  return startProcess(process.execPath, [file, ...args], { name: script });
}
