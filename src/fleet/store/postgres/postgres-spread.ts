import type pg from "pg";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import { SPREAD_BINS, type Spread, SpreadCount } from "../spread.js";
import { ask } from "./ask.js";

interface GroupRow {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
  readonly machines: number;
}

const WIDTH = 100 / SPREAD_BINS;

/** One pass over the fleet; the lower ends of its bins stand for the figures of a group. */
const GROUPS = `
  SELECT ${["cpu", "memory", "disk"].map((name) => `floor(${name}_percent / ${WIDTH}) * ${WIDTH} AS ${name}`).join(", ")},
    count(*)::int AS machines
  FROM machines WHERE last_seen >= $1 GROUP BY 1, 2, 3`;

export async function readSpread(pool: pg.Pool, now: number, limits: StatusLimits): Promise<Spread> {
  const { rows } = await ask<GroupRow>(pool, GROUPS, [Math.ceil(lastSeenRange("warning", now, limits).from)]);
  const count = new SpreadCount();
  for (const { cpu, memory, disk, machines } of rows) {
    count.add("cpu", cpu, machines);
    count.add("memory", memory, machines);
    count.add("disk", disk, machines);
  }
  return count.spread;
}
