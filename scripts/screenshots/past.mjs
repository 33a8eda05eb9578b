import Database from "better-sqlite3";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 20_000;

/**
 * Sets back in the database when things happened: a cluster that has run for minutes has a log of weeks. Nodes may be running;
 * what is set back are times alone.
 */
export class Past {
  #db;
  #lastEvent = 0;
  #sinceMs = 0;

  /** @param {string} dbPath */
  constructor(dbPath) {
    this.#db = new Database(dbPath, { timeout: 60_000 });
  }

  /**
   * What has happened since the last call happened so much longer ago.
   *
   * @param {number} agoMs
   * @param {number} events how many there are to be, for they may be on their way into the log
   */
  async happened(agoMs, events) {
    const count = this.#db.prepare("SELECT count(*) AS count, max(id) AS last FROM events WHERE id > ?");
    const until = Date.now() + PATIENCE_MS;
    let found = /** @type {{ count: number, last: number }} */ (count.get(this.#lastEvent));
    while (found.count < events) {
      if (Date.now() > until) throw new Error(`the log has ${found.count} of ${events} events`);
      await sleep(200);
      found = /** @type {typeof found} */ (count.get(this.#lastEvent));
    }
    this.#db.prepare("UPDATE events SET at = at - ? WHERE id > ?").run(agoMs, this.#lastEvent);
    for (const table of ["users", "api_keys"])
      this.#db
        .prepare(`UPDATE ${table} SET created_at = created_at - ? WHERE created_at >= ?`)
        .run(agoMs, this.#sinceMs);
    this.#lastEvent = found.last;
    this.#sinceMs = Date.now();
  }

  /**
   * @param {string} id
   * @param {{ firstSeenMs: number, lastSeenMs?: number }} times in milliseconds since 1970 UTC
   */
  machine(id, { firstSeenMs, lastSeenMs }) {
    this.#db
      .prepare("UPDATE machines SET first_seen = ?, last_seen = coalesce(?, last_seen) WHERE machine_id = ?")
      .run(Math.round(firstSeenMs), lastSeenMs ?? null, id);
  }

  /** All or nothing, and one write to the disk. @param {() => void} act */
  together(act) {
    this.#db.transaction(act)();
  }

  close() {
    this.#db.close();
  }
}
