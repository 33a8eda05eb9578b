import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseKeys } from "../../../src/database/database-keys.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const newPath = () => join(makeTempFolder("keys"), "fleet.sqlite3");
const idOf = (key: string) => FernetKey.parse(key).id;
const [oldKey, newKey, otherKey] = [FernetKey.generate(), FernetKey.generate(), FernetKey.generate()];
const opened: DataSource[] = [];

afterEach(async () => {
  for (const dataSource of opened.splice(0)) await dataSource.destroy();
});

/** A node's start, as far as the database goes. */
async function start(path: string, listed: readonly string[], { alone }: { alone: boolean }) {
  const cipher = new DocumentCipher(listed);
  const dataSource = await openSqliteDatabase(path, [Setting], cipher, new Logger("Test"));
  opened.push(dataSource);
  const settings = dataSource.getRepository(Setting);
  const secrets = await DatabaseSecrets.load(settings, cipher, { alone });
  return { cipher, secrets, keys: new DatabaseKeys(settings, cipher) };
}

const member = (path: string, listed: readonly string[]) => start(path, listed, { alone: false });
const loner = (path: string, listed: readonly string[]) => start(path, listed, { alone: true });

function storedIn(path: string, name: string): string | undefined {
  const db = new Database(path, { readonly: true });
  const value = db.prepare<[string], string>("SELECT value FROM settings WHERE name = ?").pluck().get(name);
  db.close();
  return value;
}

describe("the database keys of a node", () => {
  it("are one in a new database: the first is in use at once", async () => {
    const { keys, cipher } = await member(newPath(), [newKey, oldKey]);
    expect(await keys.inUse()).toEqual(new Set([idOf(newKey)]));
    expect(cipher.sealingKey).toBe(idOf(newKey));
  });

  it("seal with one that is in use until a new first one comes into use", async () => {
    const path = newPath();
    await member(path, [oldKey]);
    const { keys, cipher } = await member(path, [newKey, oldKey]);
    expect(cipher.sealingKey).toBe(idOf(oldKey));
    await keys.bringIntoUse(idOf(newKey));
    await keys.sealWith(idOf(newKey));
    expect(cipher.sealerOf(cipher.seal("{}"))).toBe(idOf(newKey));
    expect((await member(path, [oldKey, newKey])).cipher.sealingKey).toBe(idOf(oldKey));
  });

  it("do not come into use by a node that runs alone on a cluster's database", async () => {
    const path = newPath();
    await member(path, [oldKey]);
    const db = new Database(path);
    db.exec("INSERT INTO node_incarnations (node_id, incarnation) VALUES ('node-1', 3)");
    db.close();
    const { keys, cipher } = await loner(path, [newKey, oldKey]);
    expect(await keys.inUse()).toEqual(new Set([idOf(oldKey)]));
    expect(cipher.sealingKey).toBe(idOf(oldKey));
  });

  it("seal with the first at once where a node runs alone", async () => {
    const path = newPath();
    await loner(path, [oldKey]);
    const { keys, cipher } = await loner(path, [newKey, oldKey]);
    expect(cipher.sealingKey).toBe(idOf(newKey));
    expect(await keys.inUse()).toEqual(new Set([idOf(oldKey), idOf(newKey)]));
  });

  it("are refused without the new one once that is in use, by its id", async () => {
    const path = newPath();
    await loner(path, [oldKey]);
    await loner(path, [newKey, oldKey]);
    await expect(member(path, [oldKey])).rejects.toMatchObject({
      code: "WRONG_DATABASE_KEY",
      message: expect.stringContaining(
        `the database key ${idOf(newKey)} is in use and missing from the list`,
      ) as string,
    });
  });

  it.each([
    ["alone", [newKey]],
    ["beside another", [newKey, otherKey]],
  ])("are refused without the old one, too early removed, with the new one %s", async (_, listed) => {
    const path = newPath();
    await loner(path, [oldKey]);
    await loner(path, [newKey, oldKey]);
    await expect(member(path, listed)).rejects.toMatchObject({
      code: "WRONG_DATABASE_KEY",
      message: expect.stringMatching(/a key that has sealed data stays in the list, behind the new one/) as string,
    });
  });

  it("leave what is stored readable so in a cluster until the key comes into use, and then seal the root secret", async () => {
    const path = newPath();
    const before = await member(path, []);
    const { keys, cipher, secrets } = await member(path, [newKey]);
    expect(secrets.derive("x")).toEqual(before.secrets.derive("x"));
    expect([cipher.encrypts, cipher.seal("{}"), await keys.inUse()]).toEqual([false, "{}", new Set()]);
    await expect(member(path, [])).resolves.toBeDefined();

    await keys.bringIntoUse(idOf(newKey));
    await expect(member(path, [])).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
    await keys.sealWith(idOf(newKey));
    expect(cipher.sealerOf(storedIn(path, "root_secret") ?? "")).toBe(idOf(newKey));
    expect(cipher.sealerOf(storedIn(path, "key_check") ?? "")).toBe(idOf(newKey));
    const after = await member(path, [newKey]);
    expect(after.secrets.derive("x")).toEqual(before.secrets.derive("x"));
    expect(after.cipher.encrypts).toBe(true);
  });

  it("finish what a node that died left half done on the way to the first key", async () => {
    const path = newPath();
    await member(path, []);
    const died = await member(path, [newKey]);
    await died.keys.bringIntoUse(idOf(newKey));
    const { cipher } = await member(path, [newKey]);
    expect(cipher.sealerOf(storedIn(path, "root_secret") ?? "")).toBe(idOf(newKey));
    expect(storedIn(path, "key_check")).toMatch(/^gAAAAA/);
  });
});
