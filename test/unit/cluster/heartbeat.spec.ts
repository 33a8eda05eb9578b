import { SchedulerRegistry } from "@nestjs/schedule";
import { ClusterStatus } from "../../../src/cluster/cluster-status.js";
import { Heartbeat } from "../../../src/cluster/heartbeat.js";
import { IssuedStarts } from "../../../src/cluster/issued-starts.js";
import { KeyRollout } from "../../../src/cluster/key-rollout.js";
import { MemberHealth } from "../../../src/cluster/member-health.js";
import { Membership } from "../../../src/cluster/membership/membership.js";
import type { NodeRecord } from "../../../src/cluster/node-record.js";
import { OwnNode } from "../../../src/cluster/own-node.js";
import { RecordExchange } from "../../../src/cluster/record-exchange.js";
import { NodeAdmission } from "../../../src/cluster/settings/node-admission.js";
import { SettingsWatch } from "../../../src/cluster/settings/settings-watch.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import { SharedPlaces } from "../../../src/lifecycle/shared-places.js";
import { clusterConfig } from "./cluster-config.js";
import { EventsInMemory } from "./events-in-memory.js";
import { fingerprintsOf } from "./fingerprints-in-memory.js";
import { CountedStarts } from "./counted-starts.js";
import { KeysInMemory } from "./keys-in-memory.js";
import { LogLines } from "./log-lines.js";
import { MemoryRegistry } from "./memory-registry.js";
import { clusterSeal, registryEntry, strangersSeal } from "./records.js";

const timers = import.meta.jest;

/** A node called `a`: heartbeat 10 s, time-out 30 s, others are forgotten after 600 s; the test turns the clock. */
function makeNode(
  registry = new MemoryRegistry(),
  starts = new CountedStarts(),
  { databaseId, places, env = {} }: { databaseId?: string; places?: SharedPlaces; env?: Record<string, string> } = {},
) {
  const config = clusterConfig({ FLEET_CLUSTER__BACKEND: "redis", FLEET_CLUSTER__FORGET_AFTER: "600", ...env });
  const { cluster, ssl } = config;
  const lifecycle = new NodeLifecycle();
  const documents = new DocumentCipher([]);
  const events = new EventsInMemory();
  const fingerprints = fingerprintsOf(config, registry, databaseId, places);
  const own = new OwnNode(cluster, ssl, lifecycle, starts, clusterSeal, fingerprints, documents);
  const membership = new Membership(cluster, clusterSeal, fingerprints, events);
  const keys = new KeyRollout(cluster, new KeysInMemory(documents), membership, lifecycle, events);
  const admission = new NodeAdmission(cluster, own, fingerprints, membership, lifecycle);
  const settings = new SettingsWatch(cluster, own, fingerprints, membership, events);
  const issued = new IssuedStarts(starts);
  const exchange = new RecordExchange(
    cluster,
    registry,
    own,
    membership,
    issued,
    keys,
    fingerprints,
    admission,
    settings,
  );
  const scheduler = new SchedulerRegistry();
  const heartbeat = new Heartbeat(cluster, exchange, own, membership, registry, lifecycle, scheduler, events);
  const health = new MemberHealth(cluster, own);
  const status = new ClusterStatus(cluster, own, membership, settings);
  const begunAt = performance.now();
  /** When records were published, in seconds since the start. */
  const beats = () => registry.published.map(({ at }) => (at - begunAt) / 1000);
  const statusOf = (id: string) => status.nodes().find(({ node_id }) => node_id === id)?.status;
  return { registry, starts, events, own, lifecycle, heartbeat, health, status, scheduler, beats, statusOf };
}

/** Bootstraps while the clock turns, since a start may have to wait for an answer. */
async function start({ heartbeat }: { heartbeat: Heartbeat }): Promise<void> {
  const started = heartbeat.onApplicationBootstrap();
  await timers.advanceTimersByTimeAsync(0);
  await started;
}

const seconds = (count: number) => timers.advanceTimersByTimeAsync(count * 1000);

let logs: LogLines;

beforeEach(() => {
  timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  logs = new LogLines();
});

afterEach(() => {
  timers.useRealTimers();
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
    expect(timers.getTimerCount()).toBe(0);
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
