import { mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FileNodeRegistry } from "../../src/cluster/registry/file-node-registry.js";
import { RedisNodeRegistry } from "../../src/cluster/registry/redis-node-registry.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";
import { testNodeRegistry } from "./node-registry.contract.js";
import { readWhileProcessesWrite } from "./node-registry-processes.js";

const PASSWORD = "a-redis-password-for-tests";

function redisRegistry(redis: RedisServer, db = 0): RedisNodeRegistry {
  const { host, port, password } = redis;
  return new RedisNodeRegistry({ host, port, password, db, tls: false, sentinels: [], sentinel_name: "mymaster" });
}

describe("with a redis-server", () => {
  let shared: RedisServer;
  const broken: RedisServer[] = [];
  let nextDatabase = 0;

  beforeAll(async () => {
    shared = await startRedis({ password: PASSWORD });
  });

  testNodeRegistry({
    name: "Redis",
    open: async () => {
      // A database of its own for each test; a server that was stopped is no use to the next one.
      if (broken.includes(shared) || nextDatabase === 16) {
        shared = await startRedis({ password: PASSWORD });
        nextDatabase = 0;
      }
      const [server, db] = [shared, nextDatabase++];
      return {
        open: () => redisRegistry(server, db),
        cutOff: async () => {
          broken.push(server);
          await server.stop();
        },
      };
    },
  });

  describe("RedisNodeRegistry", () => {
    it("is usable again by itself after Redis was away, and waits for the first connection", async () => {
      const server = await startRedis({ password: PASSWORD });
      const registry = redisRegistry(server);
      await registry.publish("a", "first");
      await server.stop();
      await expect(registry.list()).rejects.toThrow("The cluster registry cannot be reached");
      await server.start();
      await waitFor(() => registry.publish("a", "second").then(() => true), { what: "Redis to be found again" });
      expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "second" }]);
      await registry.close();
    });

    it("does not wait for ever for a Redis that hangs", async () => {
      const server = await startRedis({ password: PASSWORD });
      const registry = redisRegistry(server);
      await registry.publish("a", "first");
      server.freeze();
      await expect(registry.list()).rejects.toThrow("The cluster registry cannot be reached");
      server.resume();
      await waitFor(() => registry.list().then(() => true), { what: "Redis to answer again" });
      await registry.close();
    });

    it("tells the cause, but no password, when Redis refuses it", async () => {
      const server = await startRedis({ password: PASSWORD });
      const { host, port } = server;
      const settings = { host, port, db: 0, tls: false, sentinels: [], sentinel_name: "mymaster" };
      const registry = new RedisNodeRegistry({ ...settings, password: "not the password" });
      const error = (await registry.list().catch((thrown: unknown) => thrown)) as Error;
      expect(String(error.cause)).toContain("WRONGPASS");
      expect(String(error.cause) + error.message).not.toContain("not the password");
      await registry.close();
    });
  });
});

function freshFolder(): string {
  return path.join(makeTempFolder("registry"), "cluster-state.json.d");
}

testNodeRegistry({
  name: "A shared folder",
  open: () => {
    const folder = freshFolder();
    return Promise.resolve({
      open: () => new FileNodeRegistry(folder),
      cutOff: () => {
        if (statSync(folder, { throwIfNoEntry: false })) renameSync(folder, `${folder}.away`);
        writeFileSync(folder, "a file where the folder should be");
        return Promise.resolve();
      },
    });
  },
});

describe("FileNodeRegistry", () => {
  const ids = async (registry: FileNodeRegistry) => (await registry.list()).map(({ nodeId }) => nodeId).sort();

  it("keeps folder and files to this user", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    await registry.id();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it("measures age by modification times alone", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    const [name = ""] = readdirSync(folder);
    const before = Date.now() / 1000 - 60;
    utimesSync(path.join(folder, name), before, before);
    const [entry] = await registry.list();
    expect(entry?.ageMs).toBeGreaterThan(59_000);
    expect(entry?.ageMs).toBeLessThan(70_000);
  });

  it("ignores what no node wrote there", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    const [name = ""] = readdirSync(folder);
    const copy = name.replace("node-a-", "node-b-");
    writeFileSync(path.join(folder, copy), '{"node_id":"a","record":"a copy under another name"}');
    writeFileSync(path.join(folder, "notes.txt"), "an operator's notes");
    writeFileSync(path.join(folder, "node-c-0123456789abcdef.json"), '{"node_id":"c"');
    writeFileSync(path.join(folder, "node-d-0123456789abcdef.json"), "null");
    writeFileSync(path.join(folder, "node-e-0123456789abcdef.json"), "");
    mkdirSync(path.join(folder, "node-f-0123456789abcdef.json"));
    symlinkSync("/dev/zero", path.join(folder, "node-g-0123456789abcdef.json"));
    expect(await ids(registry)).toEqual(["a"]);
    expect(readdirSync(folder)).toContain("notes.txt");
  });

  it("clears away what a writer that died left behind, and nothing that is being written", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    const leftover = ".writing-00000000-0000-4000-8000-000000000000";
    const underWay = ".writing-00000000-0000-4000-8000-000000000001";
    for (const name of [leftover, underWay]) writeFileSync(path.join(folder, name), '{"node_id":"a","rec');
    const before = Date.now() / 1000 - 300;
    utimesSync(path.join(folder, leftover), before, before);
    expect(await ids(registry)).toEqual(["a"]);
    const left = readdirSync(folder).filter((name) => name.startsWith("."));
    expect(left).toEqual([underWay]);
  });

  it("leaves nothing temporary behind", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    await registry.list();
    await registry.id();
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("makes its folder anew when somebody removed it", async () => {
    const folder = freshFolder();
    const registry = new FileNodeRegistry(folder);
    await registry.publish("a", "record of a");
    rmSync(folder, { recursive: true });
    expect(await registry.list()).toEqual([]);
    await registry.publish("a", "again");
    expect(await ids(registry)).toEqual(["a"]);
  });

  it("shows whole records only while other processes write", async () => {
    const argument = freshFolder();
    const writer = { file: "file-node-registry", name: "FileNodeRegistry", argument };
    await readWhileProcessesWrite(new FileNodeRegistry(argument), writer);
  });
});
