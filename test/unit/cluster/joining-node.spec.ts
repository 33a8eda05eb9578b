import type { NodeRecord } from "../../../src/cluster/node-record.js";
import { SharedPlaces } from "../../../src/lifecycle/shared-places.js";
import { makeNode, seconds, start, turnTheClock } from "./beating-node.js";
import { clusterConfig } from "./cluster-config.js";
import { CountedStarts } from "./counted-starts.js";
import { fingerprintsOf } from "./fingerprints-in-memory.js";
import { LogLines } from "./log-lines.js";
import { MemoryRegistry } from "./memory-registry.js";
import { registryEntry, strangersSeal } from "./records.js";

turnTheClock();

let logs: LogLines;

beforeEach(() => {
  logs = new LogLines();
});

describe("a node that joins", () => {
  const running = (databaseId: string, members: Partial<NodeRecord> = {}) => {
    const fingerprints = fingerprintsOf(clusterConfig(), new MemoryRegistry(), databaseId);
    return registryEntry({ fingerprints: { ...fingerprints.current }, admitted: true, ...members });
  };

  it("refuses to serve beside nodes on another database, and serves when they are gone", async () => {
    const registry = new MemoryRegistry();
    registry.put(running("another database"));
    const node = makeNode(registry);
    await start(node);
    expect(node.lifecycle.refusesBecause).toMatch(/^This node uses another database than the running nodes/);
    expect(node.registry.published.at(-1)?.state).toBe("stopped");
    await seconds(10);
    expect(node.registry.published.at(-1)?.state).toBe("stopped");
    expect(node.status.nodes().map(({ config_mismatch }) => config_mismatch)).toEqual([["database"], ["database"]]);
    await seconds(30);
    expect(node.lifecycle.refusesBecause).toBeUndefined();
    expect(logs.starting("ERROR")).toHaveLength(1);
  });

  it("refuses beside fresh records that were signed on another database, if no other speaks for it", async () => {
    const registry = new MemoryRegistry();
    registry.put(registryEntry({ node_id: "c" }, 0, strangersSeal));
    const node = makeNode(registry);
    await start(node);
    expect(node.lifecycle.refusesBecause).toContain("another database");
    await seconds(1);
    registry.put(registryEntry({ node_id: "c" }, 0, strangersSeal));
    registry.put(running("the database of the tests"));
    await seconds(9);
    expect(node.lifecycle.refusesBecause).toBeUndefined();
    expect(node.events.lines).toContain("node.mismatched c");
  });

  it("is not stopped by what others publish once it has been admitted", async () => {
    const registry = new MemoryRegistry();
    const places = new SharedPlaces();
    places.announce("session store", () => Promise.resolve("a store"));
    const node = makeNode(registry, new CountedStarts(), { places });
    await start(node);
    expect(node.own.admitted).toBe(true);
    await seconds(10);
    for (let sequence = 1; sequence < 8; sequence++) {
      registry.put(running("another database", { sequence }));
      registry.put(registryEntry({ node_id: "c" }, 0, strangersSeal));
      await seconds(10);
    }
    expect(node.lifecycle.refusesBecause).toBeUndefined();
    expect(node.events.lines.filter((line) => line === "node.mismatched b")).toHaveLength(1);
  });

  it("does not serve for long beside one that started in the same moment on another database", async () => {
    const registry = new MemoryRegistry();
    const places = new SharedPlaces();
    places.announce("session store", () => Promise.resolve("a store"));
    const env = { FLEET_CLUSTER__NODE_ID: "z" };
    const z = makeNode(registry, new CountedStarts(), { places, databaseId: "another database", env });
    const a = makeNode(registry, new CountedStarts(), { places });
    await start(z);
    await seconds(1);
    await start(a);
    const refusing = () => [a, z].filter(({ lifecycle }) => lifecycle.refusesBecause !== undefined);
    await seconds(60);
    const [loser, ...others] = refusing();
    expect(others).toEqual([]);
    await seconds(120);
    expect(refusing()).toEqual([loser]);
  });

  it("names a setting that differs, never its value", async () => {
    const registry = new MemoryRegistry();
    const theirs = fingerprintsOf(clusterConfig({ FLEET_SESSIONS__TTL: "7200" }), registry);
    registry.put(registryEntry({ fingerprints: { ...theirs.current }, admitted: true }));
    const node = makeNode(registry);
    await start(node);
    expect(node.lifecycle.refusesBecause).toBeUndefined();
    expect(node.status.nodes().map(({ config_mismatch }) => config_mismatch)).toEqual([
      ["sessions.ttl"],
      ["sessions.ttl"],
    ]);
    expect(JSON.stringify(node.status.nodes())).not.toContain("7200");
  });

  it("knows an old record for what it is, although it has never seen a newer one", async () => {
    const registry = new MemoryRegistry();
    const starts = new CountedStarts();
    starts.numbers.set("b", 3);
    starts.published.set("b", 20);
    registry.put(registryEntry({ incarnation: 3, sequence: 19 }));
    const node = makeNode(registry, starts);
    await seconds(1);
    registry.put(registryEntry({ incarnation: 3, sequence: 19 }));
    await start(node);
    expect(node.statusOf("b")).toBeUndefined();
    await seconds(20);
    expect(node.statusOf("b")).toBeUndefined();
    expect(node.events.lines.filter((line) => line === "node.record_rejected b")).toHaveLength(1);
  });

  it("tells of itself when it joins, drains and leaves", async () => {
    const node = makeNode();
    await start(node);
    node.lifecycle.drain();
    await seconds(1);
    await node.heartbeat.onApplicationShutdown();
    expect(node.events.lines).toEqual(["node.joined a", "node.draining a", "node.left a"]);
  });
});
