import { Logger } from "@nestjs/common";
import { join } from "node:path";
import { DataSource } from "typeorm";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { Initial1764000000000 } from "../../../src/database/migrations/sqlite/1764000000000-initial.js";
import { sqliteMigrations } from "../../../src/database/migrations/sqlite-migrations.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { makeTempFolder } from "../../support/temp-folder.js";

it("gives a database of an older version the newer tables, and keeps what it holds", async () => {
  const path = join(makeTempFolder("migration"), "fleet.sqlite3");
  const old = new DataSource({
    type: "better-sqlite3",
    database: path,
    migrations: [Initial1764000000000],
    migrationsTableName: "migrations",
  });
  await old.initialize();
  await old.runMigrations();
  await old.query("INSERT INTO users (username, password_hash, role, created_at) VALUES ('alice', 'x', 'admin', 1)");
  await old.destroy();

  const migrated = await openSqliteDatabase(path, [], new DocumentCipher([]), new Logger("Test"));
  expect(await migrated.query("SELECT * FROM login_attempts")).toEqual([]);
  expect(await migrated.query("SELECT username FROM users")).toEqual([{ username: "alice" }]);
  expect(await migrated.query("SELECT name FROM migrations ORDER BY id")).toEqual(
    sqliteMigrations.map(({ name }) => ({ name })),
  );
  await migrated.destroy();
});
