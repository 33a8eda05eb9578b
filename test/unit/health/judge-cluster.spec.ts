import type { ClusterFacts } from "../../../src/cluster/cluster-health-check.js";
import type { NodeAnswer } from "../../../src/cluster/cluster-answer.js";
import { type Surroundings, judgeCluster, judgeSingleNode } from "../../../src/health/judge-cluster.js";

const node = (node_id: string, members: Partial<NodeAnswer> = {}): NodeAnswer => ({
  node_id,
  hostname: `${node_id}.example.com`,
  port: 8768,
  status: "active",
  last_heartbeat: "2026-11-26T10:30:00.000Z",
  url: `https://${node_id}.example.com:8768`,
  version: "1.0.0",
  started_at: "2026-11-26T10:00:00.000Z",
  heartbeat_age_ms: 100,
  config_mismatch: [],
  reports_per_second: 12.5,
  certificate_expires_at: null,
  dependencies: { database: "up" },
  ...members,
});
const backend = { connected: true, latencyMs: 0.5417, error: null, type: "redis", host: "redis.example.com:6379/0" };
const away = { ...backend, connected: false, latencyMs: null, error: "connection refused" };
const lastSync = "2026-11-26T10:30:00.000Z";
const calm: Surroundings = { down: [], sessionCount: 2, sessionError: null };

const judged = (facts: Partial<ClusterFacts>, surroundings: Partial<Surroundings> = {}) =>
  judgeCluster({ nodes: [node("a"), node("b")], backend, lastSync, ...facts }, { ...calm, ...surroundings });

describe("the long form of the cluster's health", () => {
  it("has every member that clients rely on", () => {
    expect(judged({})).toEqual({
      overall: "healthy",
      backend: {
        connected: true,
        type: "redis",
        latency_ms: 0.5,
        host: "redis.example.com:6379/0",
        error: null,
      },
      nodes: [node("a"), node("b")],
      sync: {
        synced: true,
        session_count: 2,
        last_sync: lastSync,
        details: "The active nodes agree on the settings that must be equal.",
        error: null,
      },
      failover: { ready: true, healthy_nodes: 2, details: "Any one of these nodes can fail now: a, b." },
    });
  });

  it.each([
    ["a third node that has stopped", [node("c", { status: "stopped" })], "healthy", true, true],
    ["a third node that drains", [node("c", { status: "draining" })], "healthy", true, true],
    ["a third node that is gone", [node("c", { status: "inactive" })], "degraded", true, true],
    ["a third node nobody can judge", [node("c", { status: "unknown" })], "degraded", false, false],
    ["a third node that differs", [node("c", { config_mismatch: ["server.api_key"] })], "degraded", false, false],
    [
      "a third node that is gone and differed",
      [node("c", { status: "inactive", config_mismatch: ["x"] })],
      "degraded",
      true,
      true,
    ],
  ] as const)("with %s", (_, others, overall, synced, ready) => {
    const answer = judged({ nodes: [node("a"), node("b"), ...others] });
    expect([answer.overall, answer.sync.synced, answer.failover.ready]).toEqual([overall, synced, ready]);
    expect(answer.failover.healthy_nodes).toBe(2);
  });

  it("names which settings differ on which node", () => {
    const { sync, failover } = judged({ nodes: [node("a"), node("b", { config_mismatch: ["server.api_key", "db"] })] });
    expect(sync.details).toBe("Settings that must be equal differ: b (server.api_key, db).");
    expect(failover).toEqual({ ready: false, healthy_nodes: 1, details: sync.details });
  });

  it("says that nobody could take over for the only node that is up", () => {
    const answer = judged({ nodes: [node("a"), node("b", { status: "stopped" })] });
    expect(answer.overall).toBe("degraded");
    expect(answer.failover.details).toBe("Only a is healthy: nobody could take over.");
  });

  it("is critical while the registry is away, and says of when its knowledge is", () => {
    const answer = judged({ nodes: [node("a"), node("b", { status: "unknown" })], backend: away });
    expect(answer.overall).toBe("critical");
    expect(answer.backend).toMatchObject({ connected: false, latency_ms: null, error: "connection refused" });
    expect(answer.sync).toMatchObject({ synced: false, error: "connection refused" });
    expect(answer.failover.details).toBe(
      `The redis registry cannot be reached: what is known of the other nodes is of ${lastSync}.`,
    );
    expect(judged({ backend: away, lastSync: null }).sync.details).toContain("knows of no other yet");
  });

  it("is critical while something every node needs is down", () => {
    const answer = judged({}, { down: ["The database cannot be used."] });
    expect([answer.overall, answer.failover.ready, answer.failover.details]).toEqual([
      "critical",
      false,
      "The database cannot be used.",
    ]);
  });

  it("tells why sessions are not counted, which is no fault of the cluster", () => {
    const answer = judged({}, { sessionCount: null, sessionError: "too many" });
    expect([answer.overall, answer.sync.session_count, answer.sync.error]).toEqual(["healthy", null, "too many"]);
  });
});

describe("the same of a node that runs alone", () => {
  it("is healthy while it has what it needs, and never ready for a failover", () => {
    const answer = judgeSingleNode(calm);
    expect(answer).toMatchObject({
      overall: "healthy",
      backend: { connected: false, type: "none" },
      nodes: [],
      sync: { synced: true, session_count: 2 },
      failover: { ready: false, healthy_nodes: 1 },
    });
    expect(Object.keys(answer)).toEqual(Object.keys(judged({})));
    expect(judgeSingleNode({ ...calm, down: ["x"] })).toMatchObject({
      overall: "critical",
      failover: { details: "x" },
    });
  });
});
