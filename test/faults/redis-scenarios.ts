import { TRUTH_MS } from "./cluster-times.js";
import { active } from "./node-scenarios.js";
import { watchProbes } from "./probe-times.js";
import type { Scenario, Truth } from "./scenario.js";
import type { World } from "./world.js";

/** For the sentinels: 1 s until they miss the primary, their vote, the replica's promotion. */
const ELECTION_MS = 4_000;

const common = { redis: "one server", inEveryTest: false, lastsMs: 20_000 } as const;

/** Faults of Redis, which holds the sessions and the cluster's records, and of the way to it. */
export const redisScenarios: readonly Scenario[] = [
  {
    ...common,
    name: "redis-stop",
    fault: "Redis stopped for 20 s, then back",
    bounds: { readersRefused: true },
    async inject(world) {
      await world.redis.stop();
      return probesTell(world);
    },
    async settle(world) {
      await world.redis.start();
      return active(world, world.nodes);
    },
  },
  {
    ...common,
    name: "redis-freeze",
    fault: "Redis frozen for 20 s",
    bounds: { readersRefused: true, probes: { medianMs: 5, p999Ms: 100 } },
    inEveryTest: true,
    watch: watchProbes,
    inject(world) {
      world.redis.freeze();
      return Promise.resolve(probesTell(world));
    },
    settle(world) {
      world.redis.resume();
      return Promise.resolve(active(world, world.nodes));
    },
  },
  {
    ...common,
    name: "cut-off",
    fault: "a node cut off from Redis alone",
    bounds: { stallMs: 3_000 },
    lastsMs: 0,
    inEveryTest: true,
    async inject(world) {
      await world.redis.link?.cut();
      const cutOff = world.node(2);
      return { what: "inactive", holds: () => world.show(world.others(cutOff), [cutOff], ["inactive"]) };
    },
    async settle(world) {
      await world.redis.link?.mend();
      return active(world, world.nodes);
    },
  },
  {
    ...common,
    name: "redis-failover",
    fault: "Redis primary killed under Sentinel",
    redis: "sentinel",
    bounds: { readersRefused: true, truthMs: TRUTH_MS + ELECTION_MS },
    inEveryTest: true,
    lastsMs: 0,
    async inject(world) {
      await world.redis.kill();
      return active(world, world.nodes);
    },
    async settle(world) {
      await world.redis.start();
      return active(world, world.nodes);
    },
  },
];

/** Every node says itself that it takes reports and serves nobody else. */
function probesTell(world: World): Truth {
  const holds = async () => {
    const probes = await Promise.all(
      world.nodes.flatMap((node) => [world.probe(node, "full"), world.probe(node, "ingest")]),
    );
    return probes.every((status, index) => status === (index % 2 === 0 ? 503 : 200));
  };
  return { what: "probes fail for people alone", holds };
}
