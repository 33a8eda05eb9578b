import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { Incarnations } from "../../../src/database/incarnations.js";
import { sqliteMigrations } from "../../../src/database/migrations/sqlite-migrations.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Setting } from "../../../src/database/setting.entity.js";

const folder = mkdtempSync(join(tmpdir(), "fleet-database-"));
const logger = new Logger("Test");
let databases = 0;
const newPath = () => join(folder, `private-${++databases}`, "fleet.sqlite3");

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function secretsOf(path: string, keys: readonly string[]) {
  const cipher = new DocumentCipher(keys);
  const dataSource = await openSqliteDatabase(path, [Setting], cipher, logger);
  try {
    return await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher);
  } finally {
    await dataSource.destroy();
  }
}

const tablesOf = (path: string) => {
  const db = new Database(path, { readonly: true });
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
  db.close();
  return names;
};

describe("opening the database", () => {
  it("makes a private file with write-ahead logging and durable commits on a local disk", async () => {
    const path = newPath();
    const dataSource = await openSqliteDatabase(path, [], new DocumentCipher([]), logger);
    expect(await dataSource.query("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(await dataSource.query("PRAGMA synchronous")).toEqual([{ synchronous: 2 }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    await dataSource.destroy();
  });

  it("migrates once when several processes start together", async () => {
    const path = newPath();
    const script = `
      import { openSqliteDatabase } from ${JSON.stringify(resolve("dist/database/open-sqlite-database.js"))};
      import { DocumentCipher } from ${JSON.stringify(resolve("dist/database/document-cipher.js"))};
      const logger = { warn() {} };
      const dataSource = await openSqliteDatabase(${JSON.stringify(path)}, [], new DocumentCipher([]), logger);
      console.log(JSON.stringify(await dataSource.query("SELECT name FROM migrations")));
      await dataSource.destroy();`;
    const runs = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]),
    );
    for (const { stdout } of await Promise.all(runs)) {
      expect(JSON.parse(stdout)).toEqual(sqliteMigrations.map(({ name }) => ({ name })));
    }
  });
});

describe("the database's key", () => {
  it("keeps the same secrets for every node that has one of the keys", async () => {
    const path = newPath();
    const [first, second] = [FernetKey.generate(), FernetKey.generate()];
    const made = await secretsOf(path, [first]);
    const again = await secretsOf(path, [second, first]);
    expect(again.databaseId).toBe(made.databaseId);
    expect(again.derive("purpose")).toEqual(made.derive("purpose"));
    expect(made.derive("another purpose")).not.toEqual(made.derive("purpose"));
  });

  it.each([
    ["another key", [FernetKey.generate()]],
    ["no key", []],
  ])("refuses a node with %s, and writes not a byte", async (_what, keys) => {
    const path = newPath();
    await secretsOf(path, [FernetKey.generate()]);
    const before = readFileSync(path);
    await expect(secretsOf(path, keys)).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
    await expect(secretsOf(path, keys)).rejects.toThrow(/server\.db_encryption_key/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("seals the root secret when a database gets its key later, without changing it", async () => {
    const path = newPath();
    const plain = await secretsOf(path, []);
    const key = FernetKey.generate();
    expect((await secretsOf(path, [key])).derive("purpose")).toEqual(plain.derive("purpose"));
    const db = new Database(path, { readonly: true });
    const stored = db.prepare("SELECT value FROM settings WHERE name = 'root_secret'").pluck().get();
    db.close();
    expect(stored).toMatch(/^gAAAAA/);
    await expect(secretsOf(path, [])).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
  });

  it("agrees on one secret when several nodes start on an empty database together", async () => {
    const path = newPath();
    const key = FernetKey.generate();
    const loaded = await Promise.all(Array.from({ length: 4 }, () => secretsOf(path, [key])));
    expect(new Set(loaded.map((secrets) => secrets.derive("x").toString("hex"))).size).toBe(1);
    expect(tablesOf(path)).toContain("machines");
  });
});

describe("incarnations", () => {
  it("grow by one at every start of a node id, also when starts collide", async () => {
    const dataSource = await openSqliteDatabase(newPath(), [], new DocumentCipher([]), logger);
    const incarnations = new Incarnations(dataSource);
    const issued = await Promise.all(Array.from({ length: 10 }, () => incarnations.issue("node-1")));
    expect(issued.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await incarnations.issue("node-2")).toBe(1);
    expect(await incarnations.issued()).toEqual(
      new Map([
        ["node-1", { incarnation: 10, sequence: 0 }],
        ["node-2", { incarnation: 1, sequence: 0 }],
      ]),
    );
    await dataSource.destroy();
  });
});
