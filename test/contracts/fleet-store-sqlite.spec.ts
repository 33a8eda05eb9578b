import { Logger } from "@nestjs/common";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FernetKey } from "../../src/crypto/fernet.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { SqliteFleetStore } from "../../src/fleet/store/sqlite/sqlite-fleet-store.js";
import { testFleetStore } from "./fleet-store.contract.js";

const folder = mkdtempSync(join(tmpdir(), "fleet-store-"));
let databases = 0;

async function createSqlite(keys: readonly string[]) {
  const path = join(folder, `${++databases}.sqlite3`);
  const cipher = new DocumentCipher(keys);
  const dataSource = await openSqliteDatabase(path, [], cipher, new Logger("Test"));
  await dataSource.destroy();
  return () => new SqliteFleetStore({ path, keys, detailIntervalMs: 60_000, repeatWindowMs: 15_000 }, cipher);
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

testFleetStore({ name: "SQLite", createDatabase: () => createSqlite([]) });
testFleetStore({ name: "SQLite, encrypted", createDatabase: () => createSqlite([FernetKey.generate()]) });
