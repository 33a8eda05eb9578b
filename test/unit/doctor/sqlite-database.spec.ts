import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { writeSync } from "node:fs";
import path from "node:path";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { faultsOf, findingsOf, statusesOf } from "./doctor-findings.js";

const key = FernetKey.generate();
const logger = new Logger("Test");

const openFleet = (file: string, keys: readonly string[]) =>
  openSqliteDatabase(file, [Setting], new DocumentCipher(keys), logger);

/** A database as a node leaves it that has stopped. */
async function makeDatabase(keys: readonly string[] = [key]): Promise<string> {
  const file = path.join(makeTempFolder("doctor"), "fleet.sqlite3");
  const dataSource = await openFleet(file, keys);
  await DatabaseSecrets.load(dataSource.getRepository(Setting), new DocumentCipher(keys));
  await dataSource.destroy();
  return file;
}

function change(file: string, statement: string): void {
  const db = new Database(file);
  db.exec(statement);
  db.close();
}

const look = (file: string, keys: readonly string[] = [key]) =>
  findingsOf({
    FLEET_SERVER__DB_PATH: file,
    ...(keys.length > 0 ? { FLEET_SERVER__DB_ENCRYPTION_KEY: JSON.stringify(keys) } : {}),
  });

/** Everything in the folder; not the log's index, which every reader notes itself in. */
function bytesIn(file: string): Record<string, string> {
  const folder = path.dirname(file);
  const names = readdirSync(folder);
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith("-shm") ? "" : readFileSync(path.join(folder, name)).toString("base64")]),
  );
}

const WHOLE = [
  "database.folder: ok",
  "database.space: ok",
  "database.file: ok",
  "database.format: ok",
  "database.permissions: ok",
  "database.journal: ok",
  "database.integrity: ok",
  "database.schema: ok",
  "database.keys: ok",
];

describe("a SQLite database that is well", () => {
  it("is found so, and left as it is, after its node has stopped", async () => {
    const file = await makeDatabase();
    const before = bytesIn(file);
    const found = await look(file);
    expect(statusesOf(found)).toEqual(WHOLE);
    expect(Object.keys(before)).toEqual(["fleet.sqlite3"]);
    expect(bytesIn(file)).toEqual(before);
  });

  it("is found so, and left as it is, while a node works with it", async () => {
    const file = await makeDatabase();
    const node = await openFleet(file, [key]);
    await node.query("INSERT INTO settings VALUES ('note', 'x')");
    const before = bytesIn(file);
    expect(statusesOf(await look(file))).toEqual(WHOLE);
    expect(Object.keys(before)).toEqual(["fleet.sqlite3", "fleet.sqlite3-shm", "fleet.sqlite3-wal"]);
    expect(bytesIn(file)).toEqual(before);
    await node.destroy();
  });

  it("is found so, and what lies in the log left there, after its node was killed", async () => {
    const file = await makeDatabase();
    const node = await openFleet(file, [key]);
    await node.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')");
    const left = path.join(makeTempFolder("killed"), "fleet.sqlite3");
    for (const suffix of ["", "-wal", "-shm"]) copyFileSync(file + suffix, left + suffix);
    await node.destroy();
    const before = bytesIn(left);
    // What is read stands in the log alone.
    expect(faultsOf(await look(left)).map(({ name }) => name)).toEqual(["database.schema"]);
    expect(bytesIn(left)).toEqual(before);
  });

  it("need not be there yet, and is not made", async () => {
    const folder = makeTempFolder("doctor");
    for (const file of [path.join(folder, "fleet.sqlite3"), path.join(folder, "data/fleet/fleet.sqlite3")]) {
      const found = await look(file);
      expect(faultsOf(found)).toEqual([]);
      expect(found.map(({ summary }) => summary)).toContain(
        `${file} is not there yet: it will be made at the next start`,
      );
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("may be an empty file, as a node makes it first", async () => {
    const file = path.join(makeTempFolder("doctor"), "fleet.sqlite3");
    writeFileSync(file, "", { mode: 0o600 });
    expect(faultsOf(await look(file))).toEqual([]);
  });

  it("may lack migrations, which the next start applies", async () => {
    const file = await makeDatabase();
    change(file, "DELETE FROM migrations WHERE name = 'DataEngine1764600000000'");
    const schema = (await look(file)).find(({ name }) => name === "database.schema");
    expect(schema).toEqual({
      name: "database.schema",
      status: "ok",
      summary: "DataEngine1764600000000 will be applied at the next start",
    });
  });
});

describe("a fault of a SQLite database", () => {
  /** The one fault there is, and whether the start names it in the same words. */
  async function faultIn(file: string, keys: readonly string[] = [key]) {
    const [fault, ...others] = faultsOf(await look(file, keys));
    expect(others).toEqual([]);
    return { name: fault?.name, status: fault?.status, summary: fault?.summary ?? "", fix: fault?.fix ?? "" };
  }

  async function startOn(file: string, keys: readonly string[] = [key]): Promise<string> {
    const started = await openFleet(file, keys).catch((error: unknown) => error);
    return started instanceof Error ? started.message : "started";
  }

  it.each([
    ["a folder that is a file", "file/data/fleet.sqlite3", /file is no folder/, "database.folder"],
    ["a file that is a folder", "folder", /it is no file/, "database.file"],
  ])("is named as the start names it: %s", async (_what, place, words, name) => {
    const folder = makeTempFolder("doctor");
    writeFileSync(path.join(folder, "file"), "");
    mkdirSync(path.join(folder, "folder"));
    const file = path.join(folder, place);
    const fault = await faultIn(file);
    expect(fault).toMatchObject({ name, status: "failure", summary: expect.stringMatching(words) as string });
    expect(await startOn(file)).toBe(`${fault.summary}; ${fault.fix}`);
  });

  it("is a folder that the system lets nobody make, and nobody waits for it for ever", async () => {
    const fault = await faultIn("/proc/fleet/data/fleet.sqlite3");
    expect(fault).toMatchObject({ name: "database.folder", status: "failure" });
    expect(await startOn("/proc/fleet/data/fleet.sqlite3")).toBe(`${fault.summary}; ${fault.fix}`);
  });

  it("is a folder that this user cannot write; root can", async () => {
    const folder = makeTempFolder("doctor");
    chmodSync(folder, 0o500);
    const found = await look(path.join(folder, "fleet.sqlite3"));
    chmodSync(folder, 0o700);
    expect(statusesOf(found)[0]).toBe(`database.folder: ${process.getuid?.() === 0 ? "ok" : "failure"}`);
  });

  it("is a file that others may read", async () => {
    const file = await makeDatabase();
    chmodSync(file, 0o640);
    expect(await faultIn(file)).toMatchObject({
      name: "database.permissions",
      status: "warning",
      summary: expect.stringContaining("(mode 0640)") as string,
      fix: `chmod 600 ${file}`,
    });
  });

  it("is a file that is no database, in the words of the start", async () => {
    const file = path.join(makeTempFolder("doctor"), "notes.txt");
    writeFileSync(file, "Not a database, but somebody's notes.\n".repeat(100));
    const fault = await faultIn(file);
    expect(fault).toMatchObject({ name: "database.format", status: "failure" });
    expect(await startOn(file)).toBe(`${fault.summary}; ${fault.fix}`);
    expect(fault.summary).toContain("file is not a database");
  });

  it("is a damaged page", async () => {
    const file = await makeDatabase();
    const db = new Database(file);
    const page = db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'machines'").pluck().get() as number;
    const pageSize = db.pragma("page_size", { simple: true }) as number;
    db.close();
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(pageSize, 0xa5), 0, pageSize, (page - 1) * pageSize);
    closeSync(descriptor);
    const before = bytesIn(file);
    expect(await faultIn(file)).toMatchObject({
      name: "database.integrity",
      status: "failure",
      summary: expect.stringContaining("database disk image is malformed") as string,
      fix: expect.stringContaining(".recover") as string,
    });
    expect(bytesIn(file)).toEqual(before);
  });

  it("is another program's table, in the words of the start", async () => {
    const file = path.join(makeTempFolder("doctor"), "other.sqlite3");
    change(file, "CREATE TABLE users (name TEXT)");
    chmodSync(file, 0o600);
    const fault = await faultIn(file);
    expect(fault).toMatchObject({ name: "database.schema", status: "failure" });
    expect(await startOn(file)).toBe(`${fault.summary}; ${fault.fix}`);
  });

  it("is a change by a newer version, which does not keep a node from starting", async () => {
    const file = await makeDatabase();
    change(file, "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')");
    expect(await faultIn(file)).toMatchObject({
      name: "database.schema",
      status: "warning",
      summary: expect.stringContaining("Newer9999999999999") as string,
    });
  });

  it.each([
    ["another key", [FernetKey.generate()]],
    ["no key", []],
  ])("is %s than the database's, in the words of the start", async (_what, keys) => {
    const file = await makeDatabase();
    const fault = await faultIn(file, keys);
    expect(fault).toMatchObject({ name: "database.keys", status: "failure" });
    const started = await startOn(file, keys);
    expect(started.toLowerCase()).toBe(`${fault.summary}. ${fault.fix}.`.toLowerCase());
    for (const each of [...keys, key]) expect(JSON.stringify(fault)).not.toContain(each);
  });

  it("is a key in use that the node does not list", async () => {
    const file = await makeDatabase();
    change(file, "INSERT INTO settings VALUES ('sealing_key:0123abcd', 'in use')");
    const fault = await faultIn(file);
    expect(fault).toMatchObject({ name: "database.keys", status: "failure" });
    expect(fault.summary).toContain("the database key 0123abcd is in use and missing from the list");
  });

  it("is a program that keeps the file locked", async () => {
    const file = await makeDatabase();
    const holder = new Database(file);
    holder.pragma("journal_mode = delete");
    holder.exec("BEGIN EXCLUSIVE");
    expect(await faultIn(file)).toMatchObject({
      name: "database.integrity",
      status: "warning",
      summary: expect.stringMatching(/^not examined: .*database is locked/) as string,
    });
    holder.exec("ROLLBACK");
    holder.close();
  });
});

describe("a write that was broken off", () => {
  it("is left to the next start, with the journal that undoes it", async () => {
    const file = await makeDatabase();
    const db = new Database(file);
    db.pragma("journal_mode = delete");
    db.pragma("cache_size = 1");
    db.exec("CREATE TABLE filler (text TEXT); BEGIN");
    const row = db.prepare("INSERT INTO filler VALUES (hex(randomblob(2000)))");
    for (let rows = 0; rows < 200; rows++) row.run();
    const left = path.join(makeTempFolder("broken"), "fleet.sqlite3");
    for (const suffix of ["", "-journal"]) copyFileSync(file + suffix, left + suffix);
    db.exec("ROLLBACK");
    db.close();
    const before = bytesIn(left);
    const faults = faultsOf(await look(left));
    expect(faults).toEqual([
      expect.objectContaining({
        name: "database.integrity",
        status: "warning",
        summary: `not examined: ${left}-journal holds a write that was broken off`,
      }),
    ]);
    expect(bytesIn(left)).toEqual(before);
  });

  it("is left to the next start, with a log that has lost its index", async () => {
    const file = await makeDatabase();
    const node = await openFleet(file, [key]);
    await node.query("INSERT INTO settings VALUES ('note', 'x')");
    const left = path.join(makeTempFolder("broken"), "fleet.sqlite3");
    for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, left + suffix);
    await node.destroy();
    const before = bytesIn(left);
    expect(faultsOf(await look(left)).map(({ summary }) => summary)).toEqual([
      `not examined: ${left}-wal holds a write that was broken off`,
    ]);
    expect(bytesIn(left)).toEqual(before);
  });
});

describe("the keys of a database", () => {
  const keysOf = async (file: string, keys: readonly string[]) =>
    (await look(file, keys)).find(({ name }) => name === "database.keys");

  it("are told by their ids: which is in use, and which rows may still need", async () => {
    const file = await makeDatabase();
    const newer = FernetKey.generate();
    const [newId, oldId] = new DocumentCipher([newer, key]).keyIds as [string, string];
    expect(await keysOf(file, [newer, key])).toEqual({
      name: "database.keys",
      status: "ok",
      summary:
        `2 keys are listed (${newId}, ${oldId}): ${newId} is not in use yet; rows may be sealed with ${oldId} ` +
        "(keys rotate seals them anew)",
    });
    expect(await keysOf(file, [key, newer])).toMatchObject({
      status: "ok",
      summary: expect.stringContaining(`nothing is recorded to be sealed with ${newId}`) as string,
    });
  });

  it("need not be set where the database has none", async () => {
    const file = await makeDatabase([]);
    expect(await keysOf(file, [])).toMatchObject({ status: "ok" });
    const found = await look(file, []);
    expect(found.filter(({ name }) => name === "configuration").map(({ status }) => status)).toEqual(["ok", "warning"]);
  });
});
