import Database from "better-sqlite3";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { faultsOf, statusesOf } from "./doctor-findings.js";
import { bytesIn, change, key, look, makeDatabase, openFleet } from "./sqlite-files.js";

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
    const node = await openFleet(file);
    await node.query("INSERT INTO settings VALUES ('note', 'x')");
    const before = bytesIn(file);
    expect(statusesOf(await look(file))).toEqual(WHOLE);
    expect(Object.keys(before)).toEqual(["fleet.sqlite3", "fleet.sqlite3-shm", "fleet.sqlite3-wal"]);
    expect(bytesIn(file)).toEqual(before);
    await node.destroy();
  });

  it("is found so, and what lies in the log left there, after its node was killed", async () => {
    const file = await makeDatabase();
    const node = await openFleet(file);
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
    const node = await openFleet(file);
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
