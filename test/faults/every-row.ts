import { setTimeout as sleep } from "node:timers/promises";
import type { FleetNode } from "../support/fleet-node.js";
import type { Answer } from "../support/http-client.js";
import type { Watch } from "./scenario.js";
import type { World } from "./world.js";

const PAUSE_MS = 100;

interface Machine {
  readonly machine_id: string;
  readonly info: { readonly hostname?: string };
  readonly latest_metrics: { readonly cpu?: unknown };
}

/** Reads, in turns and past the load balancer, every machine and its whole history from every node that answers. */
export function watchEveryRow(world: World): Promise<Watch> {
  const stop = new AbortController();
  const problems: string[] = [];
  const reading = Promise.all(world.nodes.map((node) => readFrom(world, node, problems, stop.signal)));
  return Promise.resolve({
    end: async () => {
      stop.abort();
      const rounds = await reading;
      const unread = world.nodes.filter((_node, index) => (rounds[index] ?? 0) < 2).map(({ nodeId }) => nodeId);
      return { problems: [...problems, ...unread.map((nodeId) => `${nodeId}: not everything was read twice`)] };
    },
  });
}

/** Resolves with the number of times that everything was read. */
async function readFrom(world: World, node: FleetNode, problems: string[], signal: AbortSignal): Promise<number> {
  let rounds = 0;
  const stopped = () => signal.aborted;
  while (!stopped()) {
    const list = await read(world, node, "/api/fleet/machines?limit=1000");
    const machines = list === null ? [] : (list.json() as { machines: Machine[] }).machines;
    let whole = true;
    for (const machine of machines) {
      if (stopped()) return rounds;
      if (machine.info.hostname !== machine.machine_id || machine.latest_metrics.cpu === undefined) {
        problems.push(`${node.nodeId} showed ${machine.machine_id} without its documents`);
      }
      const history = await read(world, node, `/api/fleet/history/${machine.machine_id}?limit=1000`);
      if (history === null) {
        whole = false;
        break;
      }
      const samples = (history.json() as { history: unknown[] }).history;
      if (samples.length === 0) problems.push(`${node.nodeId} showed no history of ${machine.machine_id}`);
    }
    if (whole && machines.length > 0) rounds++;
    await sleep(PAUSE_MS);
  }
  return rounds;

  async function read(from: World, by: FleetNode, path: string): Promise<Answer | null> {
    // A node that is being restarted answers nothing, or says that it is starting.
    const answer = await from
      .observer(by)
      .get(path)
      .catch(() => null);
    if (answer === null || answer.status === 200) return answer?.status === 200 ? answer : null;
    if (answer.status !== 503) problems.push(`${by.nodeId} ${path}: ${answer.status} ${answer.text.slice(0, 160)}`);
    return null;
  }
}
