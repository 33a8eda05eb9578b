import { Injectable } from "@nestjs/common";

/**
 * The database's clock, by which arrivals are stamped and liveness is judged. SQLite has none but the machine's own;
 * PostgreSQL's is `PostgresClock`.
 */
@Injectable()
export class DatabaseClock {
  /** Whole milliseconds since 1970 UTC. */
  nowMs(): number {
    return Date.now();
  }
}
