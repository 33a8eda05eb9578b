import { newFernetKey } from "../support/keys.js";
import { active, restart } from "./node-scenarios.js";
import { watchEveryRow } from "./every-row.js";
import type { Scenario } from "./scenario.js";

/** Changes of keys under load. */
export const keyScenarios: readonly Scenario[] = [
  {
    name: "new-key",
    fault: "rolling restart onto a new first database key",
    redis: "one server",
    bounds: { stallMs: 1_000 },
    inEveryTest: false,
    lastsMs: 0,
    watch: watchEveryRow,
    async inject(world) {
      const keys = [newFernetKey(), world.databaseKey];
      for (const node of world.nodes) {
        world.reconfigure(node, { server: { db_encryption_key: keys } });
        await restart(world, node);
      }
      return active(world, world.nodes);
    },
    settle: (world) =>
      Promise.resolve({
        what: "every node seals with the new key",
        holds: () => world.nodes.every(({ output }) => output.includes("New data is sealed with the database key")),
      }),
  },
];
