import type pg from "pg";
import { type Fence, LeaseLostError } from "../../database/leases/lease.js";
import { withClient } from "../../database/with-client.js";
import { queryFailure, sqlState } from "../store/postgres/query-failure.js";
import type { HistoryLimits } from "./history-store.js";
import { DAY_MS } from "./slots.js";
import { DAYS_BACK, removalOf, removeDay } from "./postgres-day-removal.js";
import { historyDays } from "./postgres-days.js";
import { moveEarlierHistory } from "./postgres-move.js";
import { PostgresRetention } from "./postgres-retention.js";
import { PostgresRolling } from "./postgres-rolling.js";

const DAYS_AHEAD = 2;
const LOCK_NOT_AVAILABLE = "55P03";
const LEASE_IS_ANOTHERS = "FL002";

/** A plan made while tables were empty, or a server that uses all its cores for us, would be in the reports' way. */
const SETTINGS = `SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'),
  ('enable_mergejoin', 'off'), ('jit', 'off'), ('max_parallel_workers_per_gather', '0')) AS settings (name, value)`;
const FENCE = "UPDATE leases SET version = version + 1 WHERE name = $1 AND holder = $2 AND token = $3";
const MAKE_DAYS =
  "SELECT bool_or(fleet_make_history_day(day)) AS made FROM generate_series($1::integer, $2::integer) AS day";
const DAY_HAS_ROWS = (table: string) => `SELECT FROM ${table} WHERE ts >= $1 AND ts < $2 LIMIT 1`;

/** What history on PostgreSQL needs now and then, a short step for each call. */
export class PostgresUpkeep {
  constructor(private readonly pool: pg.Pool) {}

  /** See HistoryStore.upkeep. */
  async step(now: number, limits: HistoryLimits, fence: Fence): Promise<boolean> {
    try {
      return (await this.work(now, limits, fence)) || (await this.removeADay(now, limits, fence));
    } catch (error) {
      if (sqlState(error) === LEASE_IS_ANOTHERS) throw new LeaseLostError(fence.name);
      throw error instanceof LeaseLostError ? error : queryFailure(error);
    }
  }

  /** The first thing that there is to do, in a transaction that has renewed the lease before anything else. */
  private work(now: number, limits: HistoryLimits, fence: Fence): Promise<boolean> {
    return withClient(this.pool, async (client) => {
      await client.query("BEGIN");
      const { rowCount } = await client.query(FENCE, [fence.name, fence.holder, fence.token]);
      if (rowCount !== 1) throw new LeaseLostError(fence.name);
      await client.query(SETTINGS);
      const more = await this.firstPiece(client, now, limits);
      await client.query("COMMIT");
      return more;
    });
  }

  private async firstPiece(client: pg.PoolClient, now: number, limits: HistoryLimits): Promise<boolean> {
    const today = Math.floor(now / DAY_MS);
    const { rows } = await client.query<{ made: boolean }>(MAKE_DAYS, [today - DAYS_BACK, today + DAYS_AHEAD]);
    if (rows[0]?.made) return true;
    const rolling = new PostgresRolling(client);
    const retention = new PostgresRetention(client);
    // Rolling up begins with the oldest sample, so what an earlier version left comes first, once.
    if ((await rolling.nextSlot()) === undefined && (await moveEarlierHistory(client, { rolling: false }))) return true;
    return (
      (await rolling.rollSlot(now)) ||
      (await rolling.rollLate()) ||
      (await rolling.rollHour()) ||
      (await moveEarlierHistory(client, { rolling: true })) ||
      (await retention.sweepRollups(now, limits)) ||
      retention.boundSamples(now, limits, (await rolling.nextSlot()) ?? 0)
    );
  }

  /** The oldest day that is past its time. Where reports hold its tables just now it is left for the next time. */
  private async removeADay(now: number, limits: HistoryLimits, fence: Fence): Promise<boolean> {
    const nextSlot = (await new PostgresRolling(this.pool).nextSlot()) ?? 0;
    for (const day of await historyDays(this.pool)) {
      const removal = removalOf({ day, hasRows: await this.hasRows(day) }, now, limits.rawMs, nextSlot);
      if (removal === "keep") continue;
      try {
        await this.pool.query(removeDay(day, removal, fence));
        return true;
      } catch (error) {
        if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
        return false;
      }
    }
    return false;
  }

  private async hasRows(day: number): Promise<boolean> {
    const range = [day * DAY_MS, (day + 1) * DAY_MS];
    for (const table of ["history_samples", "history_details"]) {
      if ((await this.pool.query(DAY_HAS_ROWS(table), range)).rowCount === 1) return true;
    }
    return false;
  }
}
