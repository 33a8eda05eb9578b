import type { NodeAnswer } from "../../../src/cluster/cluster-answer.js";
import { ClusterMetrics } from "../../../src/cluster/cluster-metrics.js";
import type { ClusterStatus } from "../../../src/cluster/cluster-status.js";
import { Metrics } from "../../../src/monitoring/metrics.js";

type Listed = Pick<NodeAnswer, "node_id" | "status" | "heartbeat_age_ms" | "config_mismatch">;

const node = (node_id: string, changes: Partial<Listed> = {}): Listed => ({
  node_id,
  status: "active",
  heartbeat_age_ms: 1_500,
  config_mismatch: [],
  ...changes,
});

describe("the metrics of the cluster", () => {
  let listed: Listed[];
  const metrics = new Metrics({ enabled: true });
  const view: { nodes(): unknown } = { nodes: () => listed };
  new ClusterMetrics(metrics, view as ClusterStatus);

  const values = async (name: string) =>
    Object.fromEntries(
      (await metrics.text())
        .split("\n")
        .flatMap((line) => (line.startsWith(name) ? [line.slice(name.length).split(" ")] : []))
        .map(([labels = "", value]) => [/"(.*)"/.exec(labels)?.[1] ?? "", Number(value)]),
    );

  it("count the nodes of every status", async () => {
    listed = [node("a"), node("b"), node("c", { status: "draining" }), node("d", { status: "unknown" })];
    expect(await values("fleet_cluster_nodes")).toEqual({
      active: 2,
      draining: 1,
      inactive: 0,
      stopped: 0,
      unknown: 1,
    });
  });

  it("tell the age of heartbeats, but not of nodes that said they stop or have yet to join", async () => {
    listed = [
      node("a"),
      node("b", { status: "inactive", heartbeat_age_ms: 40_000 }),
      node("c", { status: "stopped" }),
      node("d", { heartbeat_age_ms: null }),
    ];
    expect(await values("fleet_cluster_heartbeat_age_seconds")).toEqual({ a: 1.5, b: 40 });
  });

  it("forget the nodes that the list forgets", async () => {
    listed = [node("b")];
    expect(await values("fleet_cluster_heartbeat_age_seconds")).toEqual({ b: 1.5 });
  });

  it("count the nodes that differ, not the settings", async () => {
    listed = [node("a"), node("b", { config_mismatch: ["database", "server.api_key"] })];
    expect(await values("fleet_cluster_mismatched_nodes")).toEqual({ "": 1 });
  });
});
