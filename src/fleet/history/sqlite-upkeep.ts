import type Database from "better-sqlite3";
import type { Fence } from "../../database/leases/lease.js";
import type { HistoryLimits } from "./history-store.js";
import { SqliteEarlierTables } from "./sqlite-earlier-tables.js";
import { Progress } from "./sqlite-progress.js";
import { SqliteRetention } from "./sqlite-retention.js";
import { SqliteRollUp } from "./sqlite-roll-up.js";

/** How a step of upkeep ended: `lost` when the lease is another's, and nothing was written. */
export type UpkeepStep = "more" | "done" | "lost";

/** What has to be done now and then with history on SQLite; see HistoryStore.upkeep. */
export class SqliteUpkeep {
  readonly step: (now: number, limits: HistoryLimits, fence: Fence) => UpkeepStep;

  constructor(db: Database.Database) {
    const progress = new Progress(db);
    const rollUp = new SqliteRollUp(db, progress);
    const earlier = new SqliteEarlierTables(db);
    const retention = new SqliteRetention(db, progress);
    const hold = db.prepare("UPDATE leases SET version = version + 1 WHERE name = ? AND holder = ? AND token = ?");
    const transaction = db.transaction((now: number, limits: HistoryLimits, { name, holder, token }: Fence) => {
      if (hold.run(name, holder, token).changes === 0) return "lost";
      const more =
        rollUp.slot(now) || earlier.move() || rollUp.lateSlots() || rollUp.hour(now) || retention.step(now, limits);
      return more ? "more" : "done";
    });
    // Reading under the write lock, too: a commit that is under way elsewhere could not be seen, nor be waited for later.
    this.step = (now, limits, fence) => transaction.immediate(now, limits, fence);
  }
}
