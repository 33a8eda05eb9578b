import { Injectable } from "@nestjs/common";

/** The database's clock, by which arrivals are stamped and liveness is judged. SQLite has none but the machine's own. */
@Injectable()
export class DatabaseClock {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number {
    return Date.now();
  }
}
