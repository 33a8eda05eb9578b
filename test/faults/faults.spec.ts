import { chosenRows } from "./chosen-rows.js";
import { judgeRow } from "./judge-row.js";
import type { RedisKind } from "./redis-places.js";
import { runRow } from "./run-row.js";
import { scenarios } from "./scenarios.js";
import { type JudgedRow, showRows } from "./show-rows.js";
import { World } from "./world.js";

const ROW_LIMIT_MS = 240_000;

const choice = chosenRows(scenarios, process.env);
const rows: JudgedRow[] = [];
const notRun: { fault: string; why: string }[] = [];
let world: World | null = null;

afterAll(() => {
  process.stdout.write(`\n${showRows(rows, notRun)}\n\n`);
});

describe.each(choice.places)("three nodes on $data behind $proxy", ({ data, proxy }) => {
  /** Rows share a world as long as each leaves it whole. */
  async function worldWith(redis: RedisKind): Promise<World> {
    const fits = world?.kind.redis === redis && world.kind.data === data && world.kind.proxy === proxy;
    if (world !== null && fits) return world;
    await leaveWorld();
    world = await World.start({ data, proxy, redis });
    return world;
  }

  async function leaveWorld(): Promise<void> {
    const old = world;
    world = null;
    await old?.close();
  }

  afterAll(leaveWorld, 60_000);

  it.each(choice.scenarios)(
    "show their clients nothing beyond the bounds: $fault",
    async (scenario) => {
      const where = `${data}, ${proxy}`;
      try {
        const row = await runRow(await worldWith(scenario.redis), scenario);
        const broken = judgeRow(row, scenario.bounds);
        rows.push({ where, row, broken });
        // The table comes at the very end; this tells that something is happening.
        process.stdout.write(`${row.fault} (${where}): ${broken.length === 0 ? "ok" : "BROKEN"}\n`);
        expect(broken).toEqual([]);
      } catch (error) {
        if (rows.at(-1)?.row.fault !== scenario.fault) {
          notRun.push({ fault: `${scenario.fault} (${where})`, why: String(error) });
          await leaveWorld();
        }
        throw error;
      }
    },
    ROW_LIMIT_MS,
  );
});
