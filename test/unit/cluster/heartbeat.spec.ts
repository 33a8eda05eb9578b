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

describe("a heartbeat", () => {
  it("registers the node at start and says so in the words operators look for", async () => {
    const node = makeNode();
    await start(node);
    expect(logs.lines).toEqual([
      "INFO [Cluster] Cluster mode ENABLED (node: a, backend: redis)",
      "INFO [Cluster] Registered node in cluster: a",
      "INFO [Cluster] Heartbeat started (interval: 10s)",
    ]);
    expect(node.registry.published).toMatchObject([{ state: "active", incarnation: 1, sequence: 1 }]);
  });

  it("keeps its pace whatever the work takes", async () => {
    const node = makeNode();
    await start(node);
    node.registry.slowByMs = 1_000;
    await seconds(45);
    expect(node.beats()).toEqual([0, 11, 21, 31, 41]);
    expect(node.registry.published.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it("is known to Nest's scheduler under one name", async () => {
    const node = makeNode();
    await start(node);
    await seconds(30);
    expect(node.scheduler.getTimeouts()).toEqual(["cluster-heartbeat"]);
  });

  it("never has two calls under way, however long the registry hangs, and goes on when it answers", async () => {
    const node = makeNode();
    await start(node);
    node.registry.hangs = true;
    await seconds(120);
    expect(node.registry.waiting).toBe(1);
    expect(node.health.check().up).toBe(false);
    node.registry.resume();
    await seconds(2);
    expect(node.health.check()).toEqual({ up: true });
    expect(logs.starting("WARN")).toEqual([
      "WARN [Cluster] Heartbeat failed and tries again until it succeeds: no answer within 5000 ms",
    ]);
    expect(logs.lines.at(-1)).toBe("INFO [Cluster] Heartbeat succeeds again");
  });

  it("tries again each second while the registry is away, and warns once", async () => {
    const node = makeNode();
    await start(node);
    await seconds(9);
    node.registry.away = true;
    await seconds(4);
    node.registry.away = false;
    await seconds(1);
    expect(node.beats()).toEqual([0, 14]);
    expect(logs.starting("WARN")).toEqual([
      "WARN [Cluster] Heartbeat failed and tries again until it succeeds: The cluster registry cannot be reached at " +
        "the moment; try again shortly. (connection refused)",
    ]);
  });

  it("starts without its registry, and joins when that comes", async () => {
    const registry = new MemoryRegistry();
    registry.away = true;
    const node = makeNode(registry);
    await start(node);
    await seconds(60);
    expect(node.health.check().up).toBe(false);
    expect(node.status.status()).toMatchObject({ total_nodes: 1, nodes: [{ node_id: "a", last_heartbeat: null }] });
    expect(logs.starting("WARN")).toHaveLength(1);
    registry.away = false;
    await seconds(1);
    expect(node.health.check()).toEqual({ up: true });
    expect(logs.lines.slice(-2)).toEqual([
      "INFO [Cluster] Registered node in cluster: a",
      "INFO [Cluster] Heartbeat started (interval: 10s)",
    ]);
  });

  it("waits for the database to number its start, once", async () => {
    const starts = new CountedStarts();
    starts.away = true;
    const node = makeNode(new MemoryRegistry(), starts);
    await start(node);
    expect(node.registry.published).toEqual([]);
    starts.away = false;
    await seconds(60);
    expect(starts.numbers.get("a")).toBe(1);
    expect(node.registry.published.at(0)).toMatchObject({ incarnation: 1, sequence: 1 });
  });

  it("goes on while the database is away", async () => {
    const node = makeNode();
    await start(node);
    node.starts.away = true;
    await seconds(40);
    expect(node.beats()).toEqual([0, 10, 20, 30, 40]);
    expect(logs.starting("WARN")).toEqual([]);
  });

  it("names a dead node when its time-out has passed, without waiting for the next beat", async () => {
    const registry = new MemoryRegistry();
    const node = makeNode(registry);
    await start(node);
    await seconds(5);
    registry.put(registryEntry({ node_id: "b", sequence: 1 }));
    // First seen at 10 s, 5 s old: 30 s old at 35 s, between two beats.
    await seconds(29.9);
    expect(node.statusOf("b")).toBe("active");
    await seconds(0.2);
    expect(node.statusOf("b")).toBe("inactive");
    expect(logs.lines.at(-1)).toBe("INFO [Cluster] Node b is active");
    expect(node.events.noted.at(-1)).toMatchObject({ kind: "node.inactive", onceKey: "node.inactive:b:1:1" });
  });

  it("takes a forgotten node's record out of the registry", async () => {
    const registry = new MemoryRegistry();
    registry.put(registryEntry({ node_id: "b", state: "stopped" }));
    const node = makeNode(registry);
    await start(node);
    await seconds(590);
    expect(node.statusOf("b")).toBe("stopped");
    await seconds(20);
    expect(registry.removed).toEqual(["b"]);
    expect(node.statusOf("b")).toBeUndefined();
  });

  it("lists itself always, and its own last heartbeat", async () => {
    const node = makeNode();
    await start(node);
    const sentAt = new Date().toISOString();
    node.registry.away = true;
    await seconds(100);
    expect(node.status.nodes()).toMatchObject([
      { node_id: "a", status: "active", last_heartbeat: sentAt, heartbeat_age_ms: 100_000, config_mismatch: [] },
    ]);
  });
});
