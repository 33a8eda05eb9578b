import Database from "better-sqlite3";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { SqlSessionStore } from "../../src/sessions/store/sql-session-store.js";
import { SqliteSessionTable } from "../../src/sessions/store/sqlite-session-table.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { watchEventLoop } from "../support/watch-event-loop.js";
import { withClockAhead } from "./clock-ahead.js";
import { create, destroy, get, set, touch } from "./session-calls.js";

const sessionId = "a-session-id-that-is-a-secret";
const TTL = 3600;

/** What the SQLite session store promises besides the contract. */
describe("the sqlite session store", () => {
  let folder: string;
  let file: string;
  let store: SqlSessionStore;
  let other: Database.Database;

  const open = () => new SqlSessionStore(SqliteSessionTable.open(file, TTL), TTL);
  const age = (seconds: number) => other.prepare("UPDATE sessions SET used_at_ms = used_at_ms - ?").run(seconds * 1000);
  const usedAt = () => other.prepare("SELECT used_at_ms FROM sessions").pluck().get() as number;
  /** What is in them must be in the database by now. */
  const removeLogs = () => {
    other.close();
    for (const name of readdirSync(folder)) if (/-(wal|shm)$/.test(name)) rmSync(path.join(folder, name));
  };
  const count = () => other.prepare("SELECT count(*) FROM sessions").pluck().get();

  beforeEach(async () => {
    folder = path.join(makeTempFolder("sqlite-sessions"), "data");
    file = path.join(folder, "sessions.db");
    store = open();
    await store.check();
    other = new Database(file);
  });

  afterEach(async () => {
    other.close();
    await store.close();
  });

  it("lets nobody else read anything, and holds no session id", async () => {
    await create(store, sessionId, "alice");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const each of files) {
      expect(statSync(each).mode & 0o777).toBe(0o600);
      expect(readFileSync(each, "latin1")).not.toContain(sessionId);
    }
  });

  it("renews a session once a minute, not at every request", async () => {
    const session = await create(store, sessionId, "alice");
    age(1800);
    const before = usedAt();
    await touch(store, sessionId, session);
    const renewed = usedAt();
    expect(renewed).toBeGreaterThan(before + 1_000_000);
    age(900);
    for (let request = 0; request < 10; request++) await touch(store, sessionId, session);
    expect(usedAt()).toBe(renewed - 900_000);
  });

  it("neither ends sessions early nor keeps them longer on a node whose own clock is wrong", async () => {
    await create(store, sessionId, "alice");
    await withClockAhead(2 * TTL * 1000, async () => {
      const ahead = open();
      const session = await get(ahead, sessionId);
      if (!session) throw new Error("the session was not found");
      await set(ahead, sessionId, session);
      await ahead.close();
    });
    age(TTL + 10);
    await expect(get(store, sessionId)).resolves.toBeNull();
  });

  it("waits for a lock without blocking the event loop, however many wait, and says so when it stays", async () => {
    const session = await create(store, sessionId, "alice");
    other.exec("BEGIN IMMEDIATE");
    const gaps = watchEventLoop();
    const asked = performance.now();
    const saves = Array.from({ length: 40 }, () => set(store, sessionId, session));
    await expect(get(store, sessionId)).resolves.not.toBeNull();
    for (const outcome of await Promise.allSettled(saves)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(BackendUnavailableError) as unknown });
    }
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(gaps.longestMs()).toBeLessThan(600);
    const waiting = destroy(store, sessionId);
    other.exec("COMMIT");
    await waiting;
    await expect(get(store, sessionId)).resolves.toBeNull();
  });

  it("takes an empty place where a share should be mounted for unavailable, and finds the share when it is there", async () => {
    await create(store, sessionId, "alice");
    renameSync(folder, `${folder}.away`);
    mkdirSync(folder);
    await expect(get(store, sessionId)).rejects.toBeInstanceOf(BackendUnavailableError);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
    renameSync(`${folder}.away`, folder);
    await expect(get(store, sessionId)).resolves.not.toBeNull();
  });

  it("goes on with the file that takes the place of the one it had open", async () => {
    await create(store, sessionId, "alice");
    other.pragma("wal_checkpoint(TRUNCATE)");
    copyFileSync(file, `${file}.backup`);
    await destroy(store, sessionId);
    removeLogs();
    renameSync(`${file}.backup`, file);
    await expect(get(store, sessionId)).resolves.not.toBeNull();
    await create(store, "another", "bob");
    other = new Database(file);
    expect(count()).toBe(2);
  });

  it("is unavailable, not empty, while something else lies in the file's place", async () => {
    await create(store, sessionId, "alice");
    other.pragma("wal_checkpoint(TRUNCATE)");
    removeLogs();
    renameSync(file, `${file}.away`);
    writeFileSync(file, "no database, but as long as the header of one would be: ".repeat(50));
    await expect(get(store, sessionId)).rejects.toBeInstanceOf(BackendUnavailableError);
    await expect(store.check()).rejects.toThrow("The session store cannot be reached");
    renameSync(`${file}.away`, file);
    await expect(get(store, sessionId)).resolves.not.toBeNull();
  });

  it("removes expired sessions in steps of a few, and no others", async () => {
    await Promise.all(Array.from({ length: 25 }, (_, i) => create(store, `expired-${i}`, "alice")));
    age(TTL + 10);
    await create(store, "alive", "bob");
    const table = SqliteSessionTable.open(file, TTL);
    const steps = [await table.removeExpired(10), await table.removeExpired(10), await table.removeExpired(10)];
    await table.close();
    expect(steps).toEqual([10, 10, 5]);
    expect(other.prepare("SELECT key FROM sessions").pluck().all()).toEqual([sessionKeyOf("alive")]);
  });
});
