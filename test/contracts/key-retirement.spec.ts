import { randomUUID } from "node:crypto";
import type { DataSource, Repository } from "typeorm";
import { FernetKey } from "../../src/crypto/fernet.js";
import { DatabaseKeys } from "../../src/database/database-keys.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Incarnations } from "../../src/database/incarnations.js";
import { KeyRetirement } from "../../src/database/rotation/key-retirement.js";
import { rotateKeys } from "../../src/database/rotation/rotate-keys.js";
import { Sealers } from "../../src/database/sealers.js";
import { Setting } from "../../src/database/setting.entity.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { type FleetDatabase, postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

const [oldKey, newKey, lostKey] = [FernetKey.generate(), FernetKey.generate(), FernetKey.generate()];
const idOf = (key: string) => FernetKey.parse(key).id;
const [oldId, newId] = [idOf(oldKey), idOf(newKey)];

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

describe.each([
  ["SQLite", () => sqliteDatabase()],
  ["PostgreSQL", () => postgresDatabase(server)],
])("the retirement of a key on %s", (_name, makeDatabase) => {
  let database: FleetDatabase;
  let dataSource: DataSource;
  let settings: Repository<Setting>;
  let retirement: KeyRetirement;

  beforeEach(async () => {
    database = await makeDatabase();
    dataSource = await database.open([Setting]);
    settings = dataSource.getRepository(Setting);
    retirement = retirementWith(0);
  });

  const retirementWith = (patienceMs: number) =>
    new KeyRetirement(settings, new Sealers(settings, "rotation"), new Incarnations(dataSource), patienceMs);

  /** A process of that node, which lists the keys, as far as sealing goes. */
  async function start(name: string, ...listed: string[]) {
    const sealers = new Sealers(settings, name);
    const cipher = new DocumentCipher(listed);
    const keys = new DatabaseKeys(settings, cipher, sealers);
    await keys.takeUp({ alone: false });
    return { cipher, keys, stop: () => sealers.onApplicationShutdown() };
  }

  const rotation = (listed = [newKey, oldKey], overrides: Partial<Parameters<typeof rotateKeys>[4]> = {}) => {
    const cipher = new DocumentCipher(listed);
    return rotateKeys(dataSource, new DatabaseKeys(settings, cipher), cipher, retirement, {
      rowsPerSecond: 100_000,
      waitMs: 1,
      onProgress: () => undefined,
      onWait: () => undefined,
      onRetiring: () => Promise.resolve(),
      ...overrides,
    });
  };

  it("is left to the newest version, which alone knows all that is sealed", async () => {
    const one = await start("one", newKey);
    await one.stop();
    await dataSource.query("INSERT INTO migrations (timestamp, name) VALUES (1999999999999, 'Later1999999999999')");
    await expect(rotation([newKey])).rejects.toThrow("run the newer version's fleet-server keys rotate");
    await dataSource.query("DELETE FROM migrations WHERE timestamp = 1999999999999");
    expect(await rotation([newKey])).toMatchObject({ retired: [] });
  });

  it("waits for everybody who may seal with it", async () => {
    const one = await start("one", oldKey);
    const two = await start("two", oldKey);
    expect(await retirement.holders([oldId])).toEqual([
      { name: "one", keyId: oldId },
      { name: "two", keyId: oldId },
    ]);
    await one.stop();
    await two.stop();
    expect(await retirement.holders([oldId])).toEqual([]);
  });

  it("waits for a node that has just changed over, because what it sealed may not be stored yet", async () => {
    const { keys, stop } = await start("one", newKey, oldKey);
    await keys.bringIntoUse(oldId);
    await keys.sealWith(oldId);
    await keys.sealWith(newId);
    expect(await retirement.holders([oldId])).toEqual([{ name: "one", keyId: oldId }]);
    await stop();
  });

  it("waits for a node that died, until it starts again or is said to be gone", async () => {
    await start("one", oldKey);
    await start("two", oldKey);
    const again = await start("one", newKey, oldKey);
    await again.keys.bringIntoUse(newId);
    await start("one", newKey, oldKey);
    expect(await retirement.holders([oldId])).toEqual([{ name: "two", keyId: oldId }]);
    await again.keys.forgetNode("two");
    expect(await retirement.holders([oldId])).toEqual([]);
  });

  it("waits for nodes of an earlier version, which do not say what they seal with, while they beat", async () => {
    const incarnations = new Incarnations(dataSource);
    const incarnation = await incarnations.issue("earlier");
    await retirement.watch();
    expect(await retirement.holders([oldId])).toEqual([]);
    await incarnations.notePublished("earlier", { incarnation, sequence: 7 });
    expect(await retirement.holders([oldId])).toEqual([{ name: "earlier", keyId: undefined }]);
    expect(await retirement.holders([oldId])).toEqual([]);
  });

  it("leaves nobody who could seal with it: who starts then takes another key", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    const late = await start("one", newKey, oldKey);
    expect((await rotation()).retired).toEqual([oldId]);
    await expect(late.keys.sealWith(oldId)).rejects.toMatchObject({ code: "KEY_OUT_OF_USE" });
    expect(late.cipher.sealingKey).toBe(newId);
    const swapped = await start("two", oldKey, newKey);
    expect(swapped.cipher.sealingKey).toBe(newId);
    expect(await swapped.keys.inUse()).toEqual(new Set([newId]));
    await expect(start("three", newKey)).resolves.toBeDefined();
  });

  it("is not undone by a node that starts and reads the key check just before it is sealed anew", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    const readBefore = await settings.findOneByOrFail({ name: "key_check" });
    await start("one", newKey, oldKey);
    expect((await rotation()).retired).toEqual([oldId]);
    await settings.save(readBefore);
    const late = await start("two", newKey, oldKey);
    expect(await late.keys.inUse()).toEqual(new Set([newId]));
  });

  it("may be brought about by two rotations at once", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    await start("one", newKey, oldKey);
    const onRetiring = async () => {
      expect((await rotation()).retired).toEqual([oldId]);
    };
    expect((await rotation(undefined, { onRetiring })).retired).toEqual([oldId]);
  });

  it("ends where a node wants the key again, which then stays in use", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    await start("one", newKey, oldKey);
    const onRetiring = async () => {
      expect((await start("two", oldKey, newKey)).cipher.sealingKey).toBe(oldId);
    };
    await expect(rotation(undefined, { onRetiring })).rejects.toMatchObject({ code: "ROTATION_REFUSED" });
    await expect(start("three", newKey)).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
  });

  it("goes on as the same one after it was broken off", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    await start("one", newKey, oldKey);
    const ids: string[] = [];
    const brokenOff = (retired: { id: string }) => {
      ids.push(retired.id);
      return Promise.reject(new Error("broken off"));
    };
    await expect(rotation(undefined, { onRetiring: brokenOff })).rejects.toThrow("broken off");
    const onRetiring = (retired: { id: string }) => Promise.resolve(void ids.push(retired.id));
    expect((await rotation(undefined, { onRetiring })).retired).toEqual([oldId]);
    expect(new Set(ids)).toEqual(new Set([ids[0]]));
    expect(ids).toHaveLength(2);
  });

  it("seals what another key has sealed and what is readable, and passes over what no key opens", async () => {
    await (await start("one", oldKey)).keys.bringIntoUse(newId);
    await start("one", newKey, oldKey);
    const cipher = new DocumentCipher([newKey, oldKey]);
    const details = [cipher.seal('{"n":1}', oldId), '{"n":2}', cipher.seal('{"n":3}', newId)];
    details.push(new DocumentCipher([lostKey]).seal('{"n":4}'));
    for (const each of details) {
      await dataSource.sql`
        INSERT INTO events (at, kind, subject, details) VALUES (1, 'logout', ${randomUUID()}, ${each})`;
    }
    expect(await rotation()).toEqual({
      keyId: newId,
      // And the key check.
      resealed: 3,
      unreadable: 1,
      retired: [oldId],
    });
    const rows = await dataSource.sql<{ details: string }[]>`SELECT details FROM events ORDER BY id`;
    expect(rows[3]?.details).toBe(details[3]);
    expect(rows.slice(0, 3).map((row) => cipher.sealerOf(row.details))).toEqual([newId, newId, newId]);
    expect(rows.slice(0, 3).map((row) => cipher.open(row.details))).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });
});
