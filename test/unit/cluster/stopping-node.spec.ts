import { makeNode, seconds, start, turnTheClock } from "./beating-node.js";
import { CountedStarts } from "./counted-starts.js";
import { LogLines } from "./log-lines.js";
import { MemoryRegistry } from "./memory-registry.js";
import { registryEntry } from "./records.js";

turnTheClock();

let logs: LogLines;

beforeEach(() => {
  logs = new LogLines();
});

describe("a node that stops", () => {
  it("tells at once that it drains", async () => {
    const node = makeNode();
    await start(node);
    await seconds(3);
    node.lifecycle.drain();
    await seconds(0);
    expect(node.beats()).toEqual([0, 3]);
    expect(node.registry.published.at(-1)?.state).toBe("draining");
    expect(node.statusOf("a")).toBe("draining");
  });

  it("tells that it drains after the beat under way", async () => {
    const node = makeNode();
    await start(node);
    node.registry.slowByMs = 100;
    await seconds(10.15);
    node.lifecycle.drain();
    await seconds(0.2);
    expect(node.registry.published.map(({ state }) => state)).toEqual(["active", "active", "draining"]);
  });

  it("beats on while its last requests finish, after Nest's scheduler has cleared its timers", async () => {
    const node = makeNode();
    await start(node);
    node.lifecycle.drain();
    await seconds(1);
    node.heartbeat.beforeApplicationShutdown();
    for (const name of node.scheduler.getTimeouts()) node.scheduler.deleteTimeout(name);
    await seconds(30);
    expect(node.beats()).toEqual([0, 0, 1, 11, 21, 31]);
  });

  it("says that it has stopped, last of all, and lets go of the registry", async () => {
    const node = makeNode();
    await start(node);
    node.lifecycle.drain();
    await seconds(1);
    await node.heartbeat.onApplicationShutdown();
    await seconds(60);
    expect(node.registry.published.map(({ state }) => state)).toEqual(["active", "draining", "stopped"]);
    expect(node.registry.closed).toBe(true);
    expect(import.meta.jest.getTimerCount()).toBe(0);
  });

  it("does not wait longer than two seconds for a registry that hangs", async () => {
    const node = makeNode();
    await start(node);
    node.registry.hangs = true;
    const stopped = node.heartbeat.onApplicationShutdown();
    await seconds(2);
    await stopped;
    expect(node.registry.closed).toBe(true);
    expect(logs.lines.at(-1)).toBe(
      "WARN [Cluster] The others could not be told that this node stops: no answer within 2000 ms",
    );
  });
});

describe("a node whose id another process has taken over", () => {
  async function expectsToYield(takeOver: (node: ReturnType<typeof makeNode>) => void): Promise<void> {
    const node = makeNode();
    const exits: number[] = [];
    node.lifecycle.on("fatal", (_, code) => exits.push(code));
    await start(node);
    takeOver(node);
    await seconds(60);
    expect(exits).toEqual([78]);
    expect(node.lifecycle.refusesBecause).toContain("the node id a started later (start 2, this is start 1)");
    expect(node.registry.published.length).toBeLessThanOrEqual(2);
    await node.heartbeat.onApplicationShutdown();
    expect(node.registry.published.map(({ state }) => state)).not.toContain("stopped");
  }

  it("stops serving when the database has numbered a later start", async () => {
    await expectsToYield((node) => node.starts.numbers.set("a", 2));
  });

  it("leaves the record of a later start alone when it comes back from where it could not see it", async () => {
    const node = makeNode();
    await start(node);
    const published = node.registry.published.length;
    node.registry.away = true;
    await seconds(60);
    node.starts.numbers.set("a", 2);
    node.registry.away = false;
    await seconds(60);
    expect(node.lifecycle.hasAborted).toBe(true);
    expect(node.registry.published).toHaveLength(published);
  });

  it("stops serving when it reads a later start's record, also while the database is away", async () => {
    await expectsToYield(({ starts, registry }) => {
      starts.away = true;
      // It replaces this node's record in the moment between writing and reading.
      const list = registry.list.bind(registry);
      registry.list = () => {
        registry.put(registryEntry({ node_id: "a", incarnation: 2 }));
        return list();
      };
    });
  });

  it("goes on when what stands under its id is older, or not signed by the cluster", async () => {
    const starts = new CountedStarts();
    starts.numbers.set("a", 4);
    const registry = new MemoryRegistry();
    const node = makeNode(registry, starts);
    const list = registry.list.bind(registry);
    registry.list = () => {
      registry.put(registryEntry({ node_id: "a", incarnation: 3 }));
      return list();
    };
    await start(node);
    registry.list = () => {
      registry.put({ nodeId: "a", record: '{"payload":"{}","signature":""}' });
      return list();
    };
    await seconds(30);
    expect(node.lifecycle.refusesBecause).toBeUndefined();
    expect(node.beats()).toEqual([0, 10, 20, 30]);
  });
});
