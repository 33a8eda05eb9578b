import Database from "better-sqlite3";
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { makeTempFolder } from "../../support/temp-folder.js";
import { faultsOf, onlyFault, statusesOf } from "./doctor-findings.js";
import { bytesIn, change, key, look, makeDatabase, openFleet } from "./sqlite-files.js";
import { testWrongKeys } from "./wrong-keys.contract.js";

describe("a fault of a SQLite database", () => {
  const faultsIn = async (file: string, keys: readonly string[] = [key]) => faultsOf(await look(file, keys));

  const faultIn = async (file: string) => onlyFault(await faultsIn(file));

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

  testWrongKeys({ key, make: makeDatabase, faultsIn, startOn });

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
