import type Database from "better-sqlite3";
import { type RollupQuery, type StoredRollup, bucketMs } from "./history-query.js";
import { type RolledRow, rolledColumns, rolledFigures } from "./rolled-row.js";
import { resolutionMinutes } from "./slots.js";

/** The buckets of one machine that lie in one key range: an hour of five-minute ones, a day of hours. */
export const spanMs = { "5m": 3_600_000, "1h": 86_400_000 } as const satisfies Record<
  RollupQuery["resolution"],
  number
>;

interface RollupRow extends RolledRow {
  readonly at: number;
  readonly count: number;
}

/** Rolled-up history on SQLite. */
export class SqliteRollups {
  private readonly bounds: Database.Statement<unknown[], { oldest: number | null; newest: number | null }>;
  private readonly find: Database.Statement<unknown[], RollupRow>;

  constructor(db: Database.Database) {
    this.bounds = db.prepare(
      `SELECT (SELECT min(span) FROM history_rollups WHERE resolution = :resolution) AS oldest,
              (SELECT max(span) FROM history_rollups WHERE resolution = :resolution) AS newest`,
    );
    // A mean of means weighs each by its samples; sum() of nothing is null, as it should be.
    const figures = rolledColumns.map(
      (name) =>
        `sum(${name}_mean * count) / sum(count) FILTER (WHERE ${name}_mean IS NOT NULL) AS ${name}_mean,
         max(${name}_max) AS ${name}_max`,
    );
    this.find = db.prepare(
      `WITH RECURSIVE spans (span) AS (SELECT :firstSpan UNION ALL SELECT span + 1 FROM spans WHERE span < :lastSpan)
       SELECT r.ts / CAST(:step AS INTEGER) * CAST(:step AS INTEGER) AS at, sum(r.count) AS count, ${figures.join(", ")}
       FROM spans CROSS JOIN history_rollups r
         ON r.resolution = :resolution AND r.span = spans.span AND r.machine = :machine AND r.ts BETWEEN :from AND :to
       GROUP BY 1 ORDER BY 1`,
    );
  }

  /** The machine's buckets in the range, oldest first. */
  read(machine: number, query: RollupQuery): StoredRollup[] {
    const { from, to, stepMs } = query;
    const span = spanMs[query.resolution];
    const resolution = resolutionMinutes[query.resolution];
    const { oldest, newest } = this.bounds.get({ resolution }) ?? { oldest: null, newest: null };
    if (oldest === null || newest === null) return [];
    const rows = this.find.all({
      machine,
      resolution,
      from,
      to,
      step: Math.max(stepMs, bucketMs[query.resolution]),
      firstSpan: Math.max(Math.floor(from / span), oldest),
      lastSpan: Math.min(Math.floor(to / span), newest),
    });
    return rows.map((row) => ({
      at: row.at,
      count: row.count,
      mean: rolledFigures(row, "mean"),
      max: rolledFigures(row, "max"),
    }));
  }
}
