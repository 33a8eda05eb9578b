import Database from "better-sqlite3";
import { readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SqliteNodeRegistry } from "../../src/cluster/registry/sqlite-node-registry.js";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { watchEventLoop } from "../support/watch-event-loop.js";
import { testNodeRegistry } from "./node-registry.contract.js";
import { readWhileProcessesWrite } from "./node-registry-processes.js";

const freshFile = () => path.join(makeTempFolder("registry"), "state", "cluster-state.json.sqlite3");

testNodeRegistry({
  name: "SQLite",
  open: () => {
    const file = freshFile();
    return Promise.resolve({
      open: () => new SqliteNodeRegistry(file),
      cutOff: () => {
        const folder = path.dirname(file);
        if (statSync(folder, { throwIfNoEntry: false })) renameSync(folder, `${folder}.away`);
        writeFileSync(folder, "a file where the folder should be");
        return Promise.resolve();
      },
    });
  },
});

describe("SqliteNodeRegistry", () => {
  let file: string;
  const opened: SqliteNodeRegistry[] = [];

  function openRegistry(): SqliteNodeRegistry {
    const registry = new SqliteNodeRegistry(file);
    opened.push(registry);
    return registry;
  }

  const ids = async (registry: SqliteNodeRegistry) => (await registry.list()).map(({ nodeId }) => nodeId).sort();

  beforeEach(() => {
    file = freshFile();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((registry) => registry.close()));
  });

  it("keeps folder and files to this user", async () => {
    await openRegistry().publish("a", "record of a");
    const folder = path.dirname(file);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it("shows whole records only while other processes write", async () => {
    const writer = { file: "sqlite-node-registry", name: "SqliteNodeRegistry", argument: file };
    await readWhileProcessesWrite(openRegistry(), writer);
  });

  it("goes by the writer's stamp only for a node it has never seen", async () => {
    const [writer, observer] = [openRegistry(), openRegistry()];
    await writer.publish("a", "first");
    const stamp = (offsetMs: number) => {
      const db = new Database(file);
      db.prepare("UPDATE nodes SET written_at_ms = ?").run(Date.now() + offsetMs);
      db.close();
    };
    stamp(-60_000);
    const age = async () => (await observer.list())[0]?.ageMs ?? NaN;
    expect(await age()).toBeGreaterThanOrEqual(60_000);
    stamp(3_600_000);
    expect(await age()).toBeGreaterThanOrEqual(60_000);
    await writer.publish("a", "second, by a node whose clock is an hour behind");
    stamp(-3_600_000);
    expect(await age()).toBeLessThan(10_000);
  });

  it("waits for a lock without blocking the event loop for long, and says so when it stays", async () => {
    const registry = openRegistry();
    await registry.publish("a", "first");
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE");
    const gaps = watchEventLoop();
    const asked = performance.now();
    await expect(registry.publish("a", "second")).rejects.toBeInstanceOf(BackendUnavailableError);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(gaps.longestMs()).toBeLessThan(600);
    expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "first" }]);

    const waiting = registry.publish("a", "second");
    other.exec("COMMIT");
    other.close();
    await waiting;
    expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "second" }]);
  });

  it("makes its database anew when somebody removed it, and meets the others there", async () => {
    const [one, other] = [openRegistry(), openRegistry()];
    await one.publish("a", "record of a");
    await other.publish("b", "record of b");
    rmSync(path.dirname(file), { recursive: true });
    expect(await one.list()).toEqual([]);
    await one.publish("a", "again");
    await other.publish("b", "again");
    expect(await ids(one)).toEqual(["a", "b"]);
    expect(await one.id()).toBe(await other.id());
  });

  it("says so when something else lies in the file's place, and works again when it has been removed", async () => {
    const registry = openRegistry();
    await registry.publish("a", "record of a");
    rmSync(path.dirname(file), { recursive: true });
    expect(await registry.list()).toEqual([]);
    await registry.close();
    for (const name of readdirSync(path.dirname(file))) rmSync(path.join(path.dirname(file), name));
    writeFileSync(file, "no database, but as long as the header of one would be: ".repeat(50));
    await expect(registry.list()).rejects.toBeInstanceOf(BackendUnavailableError);
    truncateSync(file);
    await registry.publish("a", "again");
    expect(await ids(registry)).toEqual(["a"]);
  });
});
