import Database from "better-sqlite3";
import { Redis } from "ioredis";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRedis } from "../../src/redis/open-redis.js";
import { FileSessionStore } from "../../src/sessions/store/file-session-store.js";
import { PostgresSessionTable } from "../../src/sessions/store/postgres-session-table.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { SqlSessionStore } from "../../src/sessions/store/sql-session-store.js";
import { SqliteSessionTable } from "../../src/sessions/store/sqlite-session-table.js";
import { onCleanup } from "../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { testSessionStore } from "./session-store.contract.js";

let server: RedisServer | undefined;
let postgres: PostgresServer | undefined;
let databases = 0;

testSessionStore({
  name: "redis",
  async open() {
    const redis = (server ??= await startRedis());
    const { host, port } = redis;
    const settings = { host, port, db: 1, tls: false, sentinels: [], sentinel_name: "" };
    const admin = new Redis(port, host, { db: 1, commandTimeout: 200 });
    onCleanup(() => {
      admin.disconnect();
    });
    await admin.flushdb();
    return {
      settings: { backend: "redis", redis: settings },
      node: (ttlSeconds) => Promise.resolve(new RedisSessionStore(openRedis(settings, "sessions"), ttlSeconds)),
      async damage(sessionId) {
        await admin.set(`fleet:session:${sessionId}`, '{"cookie":', "XX");
      },
      async breakDown() {
        redis.freeze();
        await waitFor(
          () =>
            admin.ping().then(
              () => false,
              () => true,
            ),
          { what: "Redis to answer no longer" },
        );
      },
      repair() {
        redis.resume();
        return Promise.resolve();
      },
    };
  },
});

testSessionStore({
  name: "postgres",
  async open() {
    const server = (postgres ??= await startPostgres());
    const url = await server.createDatabase(`sessions_${++databases}`);
    return {
      settings: { backend: "postgres", db_url: url },
      node: (ttlSeconds) => Promise.resolve(new SqlSessionStore(new PostgresSessionTable(url, ttlSeconds), ttlSeconds)),
      async damage(sessionId) {
        const key = sessionKeyOf(sessionId);
        await server.query(`UPDATE fleet_sessions SET text = '{"cookie":'::bytea WHERE key = '${key}'`, url);
      },
      breakDown() {
        server.freeze();
        return Promise.resolve();
      },
      repair() {
        server.resume();
        return Promise.resolve();
      },
    };
  },
});

testSessionStore({
  name: "sqlite",
  open() {
    const folder = join(makeTempFolder("sessions"), "data");
    const path = join(folder, "sessions.db");
    return Promise.resolve({
      settings: { backend: "sqlite" as const, db_path: path },
      node: (ttlSeconds: number) =>
        Promise.resolve(new SqlSessionStore(SqliteSessionTable.open(path, ttlSeconds), ttlSeconds)),
      damage(sessionId: string) {
        const db = new Database(path);
        db.prepare("UPDATE sessions SET text = ? WHERE key = ?").run('{"cookie":', sessionKeyOf(sessionId));
        db.close();
        return Promise.resolve();
      },
      breakDown: () => rename(folder, `${folder}.away`),
      repair: () => rename(`${folder}.away`, folder),
    });
  },
});

testSessionStore({
  name: "file",
  open() {
    const folder = join(makeTempFolder("sessions"), "data", "sessions");
    return Promise.resolve({
      settings: { backend: "file" as const, session_dir: folder },
      node: (ttlSeconds: number) => FileSessionStore.open(folder, ttlSeconds),
      damage: (sessionId: string) => writeFile(join(folder, sessionKeyOf(sessionId), "session.json"), '{"cookie":'),
      breakDown: () => rename(folder, `${folder}.away`),
      repair: () => rename(`${folder}.away`, folder),
    });
  },
});
