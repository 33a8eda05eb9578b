import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { DatabaseSecrets } from "../../src/database/database-secrets.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { Setting } from "../../src/database/setting.entity.js";
import { type Examined, examine, finding } from "../support/examine.js";
import { newFernetKey } from "../support/keys.js";
import { makeTempFolder } from "../support/temp-folder.js";

const key = newFernetKey();
let folder: string;
let file: string;

beforeEach(() => {
  folder = makeTempFolder("data");
  file = path.join(folder, "fleet.sqlite3");
});

const look = (settings: Record<string, unknown> = {}) =>
  examine({ db_path: file, db_encryption_key: key, ...settings });

/** A database as a node leaves it. */
async function makeDatabase(): Promise<void> {
  const cipher = new DocumentCipher([key]);
  const dataSource = await openSqliteDatabase(file, [Setting], cipher, new Logger("Test"));
  await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher);
  await dataSource.destroy();
}

function change(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

/** What lies in the folder: names, modes, times and content. */
function contents(): unknown {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => path.join(folder, name))
    .map((each) => [each, statSync(each).mode, statSync(each).mtimeMs, readFileSync(each).toString("base64")]);
}

/** What the start says of the same file. */
async function startFails(): Promise<string> {
  const error: unknown = await openSqliteDatabase(file, [Setting], new DocumentCipher([key]), new Logger("Test")).then(
    (dataSource) => dataSource.destroy(),
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : "it did not fail";
}

const names = (examined: Examined) =>
  examined.checks.filter(({ status }) => status === "failure").map(({ name }) => name);

describe("the doctor, of a SQLite file", () => {
  it("finds nothing wrong with what a node has made, and changes nothing", async () => {
    await makeDatabase();
    const before = contents();
    const examined = await look();
    expect(examined).toMatchObject({ code: 0, status: "ok" });
    expect(examined.checks.map(({ name }) => name)).toEqual([
      "configuration",
      "database.folder",
      "database.space",
      "database.file",
      "database.format",
      "database.journal",
      "database.integrity",
      "database.schema",
      "database.keys",
    ]);
    expect(contents()).toEqual(before);
  });

  it("looks at a database that a node has open", async () => {
    await makeDatabase();
    const db = new Database(file);
    db.pragma("journal_mode = WAL");
    db.exec("UPDATE settings SET value = value");
    const examined = await look();
    expect(names(examined)).toEqual([]);
    expect(finding(examined, "database.integrity").status).toBe("ok");
    db.close();
  });

  it("says of a file that is not there yet that it will be made, and does not make it", async () => {
    const examined = await examine({ db_path: path.join(folder, "deep", "fleet.sqlite3"), db_encryption_key: key });
    expect(examined.code).toBe(0);
    expect(finding(examined, "database.folder").summary).toMatch(/deep will be made at the next start$/);
    expect(finding(examined, "database.file").summary).toMatch(/is not there yet/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("warns of data that is stored readable, and of a file that others may read", async () => {
    await makeDatabase();
    chmodSync(file, 0o644);
    const open = finding(await look(), "database.file");
    expect(open).toMatchObject({ status: "warning", fix: `chmod 600 ${file}` });
    const plain = await examine({ db_path: path.join(folder, "other.sqlite3") });
    expect(plain.code).toBe(0);
    expect(plain.checks).toContainEqual({
      name: "configuration",
      status: "warning",
      summary: "server.db_encryption_key is not set: data is stored readable",
      fix: "set server.db_encryption_key; `fleet-server keys generate` prints one",
    });
  });

  it("names a file that is no database in the words of the start", async () => {
    writeFileSync(
      file,
      "these are notes, and long enough to be read as a header of a database file by mistake\n".repeat(9),
    );
    const examined = await look();
    expect(examined.code).toBe(1);
    expect(names(examined)).toEqual(["database.format"]);
    const { summary, fix } = finding(examined, "database.format");
    expect(await startFails()).toBe(`${summary}; ${fix}`);
    expect(finding(examined, "database.integrity")).toMatchObject({
      status: "warning",
      summary: "not examined: database.format comes first",
    });
  });

  it("finds a damaged page", async () => {
    await makeDatabase();
    const pages = openSync(file, "r+");
    for (let page = 3; page < 30; page++) writeSync(pages, Buffer.alloc(2_000, 0xa5), 0, 2_000, page * 4_096);
    closeSync(pages);
    const examined = await look();
    expect(examined.code).toBe(1);
    expect(finding(examined, "database.integrity")).toMatchObject({
      status: "failure",
      fix: expect.stringMatching(/backup/) as string,
    });
  });

  it.each([
    ["a folder where the file should be", () => path.dirname(folder), /it is no file/],
    ["a file where the folder should be", () => path.join(file, "fleet.sqlite3"), /is no folder/],
    ["a place where nothing can be made, without waiting for ever", () => "/proc/none/fleet.sqlite3", /takes no files/],
  ])("names %s", async (_what, place, expected) => {
    writeFileSync(file, "");
    const examined = await examine({ db_path: place(), db_encryption_key: key });
    expect(examined.code).toBe(1);
    expect(examined.checks.find(({ status }) => status === "failure")?.summary).toMatch(expected);
  });

  it("tells a key that does not open the database, in the words of the start and without the key", async () => {
    await makeDatabase();
    const other = newFernetKey();
    const examined = await look({ db_encryption_key: other });
    const { summary, fix } = finding(examined, "database.keys");
    expect(summary).toMatch(/^server\.db_encryption_key does not fit: none of the keys set opens this database/);
    const start: unknown = await openSqliteDatabase(
      file,
      [Setting],
      new DocumentCipher([other]),
      new Logger("Test"),
    ).catch((error: unknown) => error);
    expect((start as Error).message.toLowerCase()).toContain((fix ?? "").toLowerCase());
    for (const secret of [key, other]) expect(examined.text).not.toContain(secret);
  });

  it("tells which of several keys are in use", async () => {
    await makeDatabase();
    const cipher = new DocumentCipher([key]);
    change(`INSERT INTO settings (name, value) VALUES ('key ${cipher.keyIds[0] ?? ""}', '1') ON CONFLICT DO NOTHING`);
    const examined = await look({ db_encryption_key: [newFernetKey(), key] });
    expect(finding(examined, "database.keys")).toMatchObject({
      status: "ok",
      summary: expect.stringMatching(/^2 keys/) as string,
    });
  });

  it("tells migrations that are still to come, and those of a newer version", async () => {
    await makeDatabase();
    change("DELETE FROM migrations WHERE name LIKE 'HighFigures%'");
    expect(finding(await look(), "database.schema").summary).toBe(
      "HighFigures1764700000000 will be applied at the next start",
    );
    change("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')");
    expect(finding(await look(), "database.schema")).toMatchObject({
      status: "warning",
      summary: expect.stringMatching(/newer version .*Future9999999999999/) as string,
    });
  });

  it("does not look past a write that was broken off, which only a node may clear up", async () => {
    await makeDatabase();
    writeFileSync(`${file}-wal`, "");
    const examined = await look();
    expect(finding(examined, "database.integrity")).toMatchObject({
      status: "warning",
      summary: `not examined: ${file}-wal holds a write that was broken off`,
    });
    expect(existsSync(`${file}-shm`)).toBe(false);
  });
});
