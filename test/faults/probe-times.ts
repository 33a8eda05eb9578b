import path from "node:path";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import type { ProbeTimes } from "./row.js";
import type { Watch } from "./scenario.js";
import type { World } from "./world.js";

const PROBED = ["/api/fleet/cluster/health?scope=ingest", "/health/live"];

/** Probes every node and a bare server beside them, all in processes of their own. */
export async function watchProbes(world: World): Promise<Watch> {
  const { certFile, keyFile, caFile } = world.certificates;
  const bare = run("bare-server.mjs", certFile, keyFile);
  const port = /\d+$/.exec(await bare.waitForLine(/^listening on \d+$/))?.[0] ?? "";
  const lists = [`https://127.0.0.1:${port}`, ...world.nodes.map(({ url }) => url)].map((url) =>
    PROBED.map((probed) => url + probed).join(","),
  );
  const prober = run("prober.mjs", caFile, ...lists);
  await prober.waitForLine(/^probing$/);
  return {
    end: async () => {
      await prober.stop();
      await bare.stop();
      const line = await prober.waitForLine(/^\[/);
      const [control, ...nodes] = JSON.parse(line) as Probed[];
      if (control === undefined) throw new Error(prober.output);
      return { problems: [], probes: { nodes: timesOf(nodes), bare: timesOf([control]) } };
    },
  };
}

interface Probed {
  readonly took: readonly number[];
  readonly failed: number;
}

/** Of several servers together. */
export function timesOf(probed: readonly Probed[]): ProbeTimes {
  const took = probed.flatMap((one) => one.took).sort((one, other) => one - other);
  const failed = probed.reduce((sum, one) => sum + one.failed, 0);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Infinity;
  return { count: took.length, failed, medianMs: at(0.5), p999Ms: at(0.999) };
}

function run(script: string, ...args: string[]): RunningProcess {
  const file = path.join(import.meta.dirname, "processes", script);
  return startProcess(process.execPath, [file, ...args], { name: script });
}
