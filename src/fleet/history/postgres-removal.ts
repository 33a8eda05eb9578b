import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import { DAY_MS, SLOT_MS, slotsBetween } from "./slots.js";
import { historyDays } from "./postgres-days.js";

/** So few at a time that each statement ends well within its time limit, whatever the disk. */
const AT_ONCE = 2_000;

const EARLIER = (table: string) => {
  const machine = "machine = (SELECT id FROM machines WHERE machine_id = $1)";
  return `DELETE FROM ${table} WHERE ${machine} AND ts <= (SELECT max(ts) FROM (
    SELECT ts FROM ${table} WHERE ${machine} ORDER BY ts LIMIT ${AT_ONCE}) AS oldest)`;
};

/** The rest of what nodes of the version before wrote goes with the row. */
const MACHINE = "DELETE FROM machines WHERE machine_id = $1 RETURNING id";

const OF_SLOTS = (table: string) =>
  `DELETE FROM ${table} WHERE machine = $1 AND slot = ANY ($2::integer[]) AND ts >= $3 AND ts < $4`;
const ROLLUPS = `DELETE FROM history_rollups r USING (
    SELECT resolution, ts FROM history_rollups WHERE machine = $1 ORDER BY resolution, ts LIMIT ${AT_ONCE}) AS oldest
  WHERE r.machine = $1 AND r.resolution = oldest.resolution AND r.ts = oldest.ts`;

/**
 * Forgets a machine and its history, piece by piece; false where there was none. The machine itself goes first: what is
 * left where this breaks off belongs to nobody, is never shown, and goes when its time is over.
 */
export async function removeMachine(pool: pg.Pool, machineId: string): Promise<boolean> {
  for (const table of ["sample_details", "samples"]) await inPieces(pool, EARLIER(table), [machineId]);
  const machine = (await ask<{ id: number }>(pool, MACHINE, [machineId])).rows[0]?.id;
  if (machine === undefined) return false;
  for (const day of await historyDays(pool)) {
    const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
    const values = [machine, slotsBetween(from / SLOT_MS, to / SLOT_MS - 1), from, to];
    for (const table of ["history_details", "history_samples"]) await ask(pool, OF_SLOTS(table), values);
  }
  await inPieces(pool, ROLLUPS, [machine]);
  return true;
}

async function inPieces(pool: pg.Pool, statement: string, values: readonly unknown[]): Promise<void> {
  let removed: number;
  do removed = (await ask(pool, statement, values)).rowCount ?? 0;
  while (removed >= AT_ONCE);
}
