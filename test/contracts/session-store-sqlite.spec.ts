import Database from "better-sqlite3";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { SqlSessionStore } from "../../src/sessions/store/sql-session-store.js";
import { SqliteSessionTable } from "../../src/sessions/store/sqlite-session-table.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { testSessionStore } from "./session-store.contract.js";

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
