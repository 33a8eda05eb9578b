import { Logger } from "@nestjs/common";
import path from "node:path";
import type { DataSource } from "typeorm";
import { User } from "../../src/auth/user.entity.js";
import { Users } from "../../src/auth/users.js";
import { PasswordHasher } from "../../src/crypto/password-hasher.js";
import { DatabaseClock } from "../../src/database/database-clock.js";
import { DatabaseSecrets } from "../../src/database/database-secrets.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Incarnations } from "../../src/database/incarnations.js";
import { openPostgresDatabase } from "../../src/database/open-postgres-database.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { Setting } from "../../src/database/setting.entity.js";
import { EventLog } from "../../src/events/event-log.js";
import { StoredEvent } from "../../src/events/event.entity.js";
import { onCleanup } from "../support/cleanup.js";
import { newFernetKey } from "../support/keys.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";

const entities = [Setting, User, StoredEvent];
let postgres: PostgresServer;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});

/** An empty database, and how each of its nodes opens it. */
type NewDatabase = () => Promise<(cipher: DocumentCipher) => Promise<DataSource>>;

const onSqlite: NewDatabase = () => {
  const file = path.join(makeTempFolder("cold-data"), "fleet.sqlite3");
  return Promise.resolve((cipher) => openSqliteDatabase(file, entities, cipher, new Logger("Test")));
};

const onPostgres: NewDatabase = async () => {
  const url = await postgres.createDatabase(`cold_${++databases}`);
  return (cipher) => openPostgresDatabase(url, entities, cipher);
};

describe.each<[string, NewDatabase]>([
  ["SQLite", onSqlite],
  ["PostgreSQL", onPostgres],
])("the fleet's cold data on %s", (_name, newDatabase) => {
  async function nodesOf(keys: readonly (readonly string[])[]): Promise<[DataSource, DocumentCipher][]> {
    const open = await newDatabase();
    return Promise.all(
      keys.map(async (ring) => {
        const cipher = new DocumentCipher(ring);
        const dataSource = await open(cipher);
        onCleanup(() => dataSource.destroy());
        return [dataSource, cipher] as [DataSource, DocumentCipher];
      }),
    );
  }

  it("is opened by nodes that start together, with one secret that none of them chose alone", async () => {
    const key = newFernetKey();
    const nodes = await nodesOf([[key], [key], [newFernetKey(), key]]);
    const secrets = await Promise.all(
      nodes.slice(0, 2).map(([dataSource, cipher]) => DatabaseSecrets.load(dataSource.getRepository(Setting), cipher)),
    );
    for (const [dataSource, cipher] of nodes.slice(2)) {
      secrets.push(await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher));
    }
    expect(new Set(secrets.map(({ databaseId }) => databaseId)).size).toBe(1);
    expect(new Set(secrets.map((secret) => secret.derive("x").toString("hex"))).size).toBe(1);
  });

  it("seals the root secret when a database gets its key later", async () => {
    const key = newFernetKey();
    const open = await newDatabase();
    const load = async (ring: readonly string[]) => {
      const cipher = new DocumentCipher(ring);
      const dataSource = await open(cipher);
      onCleanup(() => dataSource.destroy());
      return (await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher)).derive("x");
    };
    const plain = await load([]);
    expect(await load([key])).toEqual(plain);
    await expect(load([])).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
    await expect(load([newFernetKey()])).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
  });

  it("numbers the starts of a node without a gap, also when they collide", async () => {
    const nodes = await nodesOf([[], []]);
    const incarnations = nodes.map(([dataSource]) => new Incarnations(dataSource));
    const issued = await Promise.all([1, 2, 3, 4, 5].flatMap(() => incarnations.map((each) => each.issue("node-1"))));
    expect(issued.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const newest = { incarnation: 10, sequence: 0 };
    for (const each of incarnations) expect(await each.issued()).toEqual(new Map([["node-1", newest]]));
  });

  it("knows how far the heartbeats of a node's newest start have come, and never goes back", async () => {
    const dataSource = await (await newDatabase())(new DocumentCipher([]));
    onCleanup(() => dataSource.destroy());
    const incarnations = new Incarnations(dataSource);
    const incarnation = await incarnations.issue("node-2");
    const published = async () => (await incarnations.issued()).get("node-2");
    await incarnations.notePublished("node-2", { incarnation, sequence: 7 });
    await incarnations.notePublished("node-2", { incarnation, sequence: 6 });
    expect(await published()).toEqual({ incarnation, sequence: 7 });
    await incarnations.issue("node-2");
    await incarnations.notePublished("node-2", { incarnation, sequence: 8 });
    expect(await published()).toEqual({ incarnation: incarnation + 1, sequence: 0 });
  });

  it("gets one first administrator from nodes that start together", async () => {
    const nodes = await nodesOf([[], []]);
    const users = nodes.map(
      ([dataSource]) => new Users(dataSource.getRepository(User), new PasswordHasher(), new DatabaseClock()),
    );
    const made = await Promise.all(users.map((each) => each.createFirstAdmin("admin", "a password for tests")));
    expect(made.filter(Boolean)).toHaveLength(1);
    const user = await users[1]?.verify("admin", "a password for tests");
    expect(user).toMatchObject({ username: "admin", role: "admin", createdAt: expect.any(Number) as number });
    expect(await users[0]?.findByName("Admin")).toBeNull();
    expect(await users[0]?.findByName("nobody\0")).toBeNull();
  });

  it("keeps events in their order, with numbers for ids and times, and one of each key", async () => {
    const [[dataSource, cipher] = []] = await nodesOf([[newFernetKey()]]);
    if (!dataSource || !cipher) throw new Error("no database was opened");
    const events = dataSource.getRepository(StoredEvent);
    const log = new EventLog(events, cipher, new DatabaseClock());
    for (const subject of ["node-1", "node-2"]) {
      await log.record({ kind: "node.joined", subject, details: { incarnation: 1 } });
      await log.record({ kind: "node.inactive", subject, onceKey: "inactive:1" });
    }
    const rows = await events.find({ order: { id: "ASC" } });
    expect(rows.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["node.joined", "node-1"],
      ["node.inactive", "node-1"],
      ["node.joined", "node-2"],
    ]);
    expect(rows.map(({ id, at }) => [typeof id, typeof at])).toEqual(rows.map(() => ["number", "number"]));
    expect(cipher.open(rows[0]?.details ?? "")).toBe('{"incarnation":1}');
  });
});
