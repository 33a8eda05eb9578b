import type { FleetNode } from "../support/fleet-node.js";
import { launchFleetNode } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";
import type { Scenario, Truth } from "./scenario.js";
import type { World } from "./world.js";

const CONFIGURATION_ERROR = 78;

const common = { redis: "one server", inEveryTest: false, lastsMs: 0 } as const;

/** Faults of the nodes themselves. */
export const nodeScenarios: readonly Scenario[] = [
  {
    ...common,
    name: "control",
    fault: "no fault",
    bounds: { calmMs: 1_000 },
    inEveryTest: true,
    lastsMs: 12_000,
    inject: (world) => Promise.resolve(active(world, world.nodes)),
    settle: (world) => Promise.resolve(active(world, world.nodes)),
  },
  {
    ...common,
    name: "kill",
    fault: "kill -9 a node",
    bounds: { stallMs: 3_000 },
    inEveryTest: true,
    async inject(world) {
      await world.node(2).kill();
      return inactive(world, [world.node(2)]);
    },
    settle: (world) => startAgain(world, [world.node(2)]),
  },
  {
    ...common,
    name: "kill-two",
    fault: "kill -9 two nodes of three",
    bounds: { stallMs: 4_000 },
    async inject(world) {
      await Promise.all([world.node(1).kill(), world.node(3).kill()]);
      return inactive(world, [world.node(1), world.node(3)]);
    },
    settle: (world) => startAgain(world, [world.node(1), world.node(3)]),
  },
  {
    ...common,
    name: "freeze",
    fault: "SIGSTOP a node for 20 s, then SIGCONT",
    bounds: { stallMs: 4_000 },
    lastsMs: 20_000,
    async inject(world) {
      await freezeBetweenWrites(world, world.node(2));
      return inactive(world, [world.node(2)]);
    },
    settle(world) {
      world.node(2).resume();
      return Promise.resolve(active(world, [world.node(2)]));
    },
  },
  {
    ...common,
    name: "stop",
    fault: "SIGTERM a node",
    bounds: { stallMs: 1_000 },
    inject(world) {
      const leaving = world.node(3);
      leaving.process.kill("SIGTERM");
      const holds = () => world.show(world.others(leaving), [leaving], ["draining", "stopped"]);
      return Promise.resolve({ what: "draining", holds });
    },
    async settle(world) {
      await ended(world.node(3), 0);
      return startAgain(world, [world.node(3)]);
    },
  },
  {
    ...common,
    name: "rolling",
    fault: "SIGTERM and start all three in turn",
    bounds: { stallMs: 1_000 },
    async inject(world) {
      for (const node of world.nodes) await restart(world, node);
      return active(world, world.nodes);
    },
    settle: (world) => Promise.resolve(active(world, world.nodes)),
  },
  {
    ...common,
    name: "wrong-key",
    fault: "a node with a wrong database key joins",
    bounds: {},
    inEveryTest: true,
    async inject(world) {
      const place = world.node(3);
      await ended(place, 0, "SIGTERM");
      const { server, ...rest } = world.configOf(4, place.port);
      const joining = await launchFleetNode({
        config: { ...rest, server: { ...server, db_encryption_key: newFernetKey() } },
      });
      const client = new HttpClient(place.url, { ca: world.certificates.ca });
      await waitFor(
        async () => {
          if (joining.exit !== null) return true;
          const served = await client.get("/api/fleet/cluster/health?scope=ingest").then(
            ({ status }) => status === 200,
            () => false,
          );
          if (served) joining.kill("SIGKILL");
          return served;
        },
        { what: "the node to refuse to serve", timeoutMs: 30_000, intervalMs: 20 },
      );
      client.close();
      const { code } = await joining.exited;
      return { what: "exit code 78", holds: () => code === CONFIGURATION_ERROR };
    },
    settle: (world) => startAgain(world, [world.node(3)]),
  },
];

export function active(world: World, nodes: readonly FleetNode[]): Truth {
  return { what: "active", holds: () => world.show(world.nodes, nodes, ["active"]) };
}

function inactive(world: World, nodes: readonly FleetNode[]): Truth {
  return { what: "inactive", holds: () => world.show(world.others(...nodes), nodes, ["inactive"]) };
}

/** Drains it, starts it, and waits until it has its share of the requests again. */
export async function restart(world: World, node: FleetNode): Promise<void> {
  await ended(node, 0, "SIGTERM");
  await startAgain(world, [node]);
  await world.whole();
}

async function startAgain(world: World, nodes: readonly FleetNode[]): Promise<Truth> {
  await Promise.all(nodes.map((node) => node.start()));
  return active(world, nodes);
}

async function ended(node: FleetNode, expected: number, signal?: NodeJS.Signals): Promise<void> {
  const { code } = signal === undefined ? await node.process.exited : await node.process.stop(signal);
  if (code !== expected) throw new Error(`${node.nodeId} ended with ${String(code)}:\n${node.output}`);
}

/**
 * With shared SQLite a node that is frozen inside a write holds the lock of all the others, which is why such clusters
 * use PostgreSQL; what is looked at here is a node that is frozen at any other time.
 */
async function freezeBetweenWrites(world: World, node: FleetNode): Promise<void> {
  await waitFor(
    () => {
      node.freeze();
      if (!world.data.held()) return true;
      node.resume();
      return false;
    },
    { what: "a moment between two writes" },
  );
}
