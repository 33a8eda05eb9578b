import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetConfig } from "../../config/config-schema.js";
import { SESSION_STORE_ID_KEY } from "../../sessions/store/redis-session-store.js";
import { PostgresReader } from "../postgres/postgres-reader.js";
import { RedisReader } from "../redis/redis-reader.js";
import { SqliteReader } from "../sqlite/sqlite-reader.js";
import type { PlaceReader } from "./place-reader.js";

type Sessions = FleetConfig["sessions"];

/** By `sessions.backend`. */
const readers = {
  redis: ({ redis }) => {
    const reader = new RedisReader(redis, "sessions.redis.");
    return {
      id: async () => ((await reader.ask("GET", SESSION_STORE_ID_KEY)) as string | null) ?? undefined,
      close: () => reader.close(),
    };
  },
  postgres: ({ db_url }) => {
    const reader = new PostgresReader(db_url ?? "", "sessions.db_url");
    return {
      id: async () => (await reader.read<{ id: string }>("fleet_session_store", ["id"]))?.[0]?.id,
      close: () => reader.close(),
    };
  },
  sqlite: ({ db_path }) => {
    const reader = new SqliteReader(db_path);
    return {
      id: async () => (await reader.read<{ id: string }>("store", ["id"]))?.[0]?.id,
      close: () => {
        reader.close();
        return Promise.resolve();
      },
    };
  },
  file: ({ session_dir }) => {
    const path = join(session_dir, "store-id");
    return {
      id: () => (existsSync(path) ? readFile(path, "utf8") : Promise.resolve(undefined)),
      close: () => Promise.resolve(),
    };
  },
} satisfies Record<Sessions["backend"], (sessions: Sessions) => PlaceReader>;

export function sessionStoreReader(sessions: Sessions): PlaceReader {
  return readers[sessions.backend](sessions);
}
