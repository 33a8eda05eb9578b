import pg from "pg";
import type { Fence } from "../../database/leases/lease.js";
import { DAY_MS, SLOT_MS } from "./slots.js";
import { partitionOf } from "./postgres-days.js";
import { RAW_FROM } from "./postgres-rolling.js";

/** A report may be so late and is stored all the same: its day keeps its partitions, empty. */
export const DAYS_BACK = 8;

/** Reports queue behind whoever waits for a table: better to come again than to let them wait. */
const LOCK_TIMEOUT_MS = 50;

export type DayRemoval = "drop" | "empty" | "keep";

/**
 * What is to be done with a day's partitions: nothing before all of it is rolled up. Also where samples are bounded by
 * their number alone, partitions that are old and empty go.
 */
export function removalOf(
  { day, hasRows }: { day: number; hasRows: boolean },
  now: number,
  rawMs: number,
  nextSlot: number,
): DayRemoval {
  const end = (day + 1) * DAY_MS;
  const isOver = end <= now - rawMs;
  if (end > nextSlot * SLOT_MS || (hasRows && !isOver)) return "keep";
  if (day < Math.floor(now / DAY_MS) - DAYS_BACK) return "drop";
  return hasRows ? "empty" : "keep";
}

/**
 * One statement that removes a day under the lease, to be sent without parameters: the server needs nothing more from
 * this node, which may freeze, to let go of its locks. Raises FL002 where the lease is another's. Does nothing while a
 * late sample of that day waits for being rolled up.
 */
export function removeDay(day: number, removal: "drop" | "empty", { name, holder, token }: Fence): string {
  const tables = [partitionOf("history_samples", day), partitionOf("history_details", day)].join(", ");
  const slots = DAY_MS / SLOT_MS;
  return `DO $do$ BEGIN
    PERFORM set_config('lock_timeout', '${LOCK_TIMEOUT_MS}ms', true);
    UPDATE leases SET version = version + 1 WHERE name = ${pg.escapeLiteral(name)}
      AND holder = ${pg.escapeLiteral(holder)} AND token = ${token};
    IF NOT FOUND THEN RAISE EXCEPTION 'the lease is another''s' USING ERRCODE = 'FL002'; END IF;
    ${removal === "drop" ? "LOCK TABLE ONLY history_samples, ONLY history_details IN ACCESS EXCLUSIVE MODE;" : ""}
    LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM history_late WHERE slot >= ${day * slots} AND slot < ${(day + 1) * slots}) THEN RETURN; END IF;
    ${removal === "drop" ? "DROP TABLE" : "TRUNCATE"} ${tables};
    INSERT INTO history_progress (name, value) VALUES ('${RAW_FROM}', ${(day + 1) * DAY_MS})
      ON CONFLICT (name) DO UPDATE SET value = greatest(history_progress.value, excluded.value);
  END $do$`;
}
