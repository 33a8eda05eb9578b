import type { FleetConfig } from "../../config/config-schema.js";
import type { Examination } from "../check.js";
import { PostgresReader } from "../postgres/postgres-reader.js";
import { redisChecks, sessionsUse } from "../redis/redis-checks.js";
import { RedisReader } from "../redis/redis-reader.js";
import { filePlaceCheck, folderPlace, sqlitePlace } from "./folder-check.js";
import { postgresPlaceChecks, sameDatabase } from "./postgres-place.js";

const SUBJECT = "sessions";
const TABLES = ["fleet_sessions", "fleet_session_store"];
const NOTHING_OPEN = () => Promise.resolve();

/** By `sessions.backend`. */
const stores = {
  redis: ({ sessions }) => {
    const reader = new RedisReader(sessions.redis, "sessions.redis.");
    return { checks: redisChecks(reader, sessionsUse), close: () => reader.close() };
  },
  postgres: ({ sessions: { db_url: url = "" }, server }) => {
    if (server.db_backend === "postgres" && url === server.db_url) {
      return { checks: [sameDatabase(SUBJECT)], close: NOTHING_OPEN };
    }
    const reader = new PostgresReader(url, "sessions.db_url");
    return { checks: postgresPlaceChecks(SUBJECT, reader, TABLES), close: () => reader.close() };
  },
  sqlite: ({ sessions: { db_path } }) => ({
    checks: [filePlaceCheck(`${SUBJECT}.folder`, sqlitePlace("sessions.db_path", db_path))],
    close: NOTHING_OPEN,
  }),
  file: ({ sessions: { session_dir } }) => ({
    checks: [filePlaceCheck(`${SUBJECT}.folder`, folderPlace("sessions.session_dir", session_dir))],
    close: NOTHING_OPEN,
  }),
} satisfies Record<FleetConfig["sessions"]["backend"], (config: FleetConfig) => Examination>;

/** Where login sessions are kept. */
export function examineSessions(config: FleetConfig): Examination {
  return stores[config.sessions.backend](config);
}
