import { Inject, Injectable } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import type { ClusterStatusAnswer, NodeAnswer } from "./cluster-answer.js";
import type { NodeStatus } from "./membership/judge.js";
import { Membership } from "./membership/membership.js";
import { OwnNode } from "./own-node.js";
import type { StatusView } from "./status-view.js";
import { SettingsWatch } from "./settings/settings-watch.js";

/** The cluster as this node sees it now, from memory. The node itself is always in it, also when the registry is away. */
@Injectable()
export class ClusterStatus implements StatusView {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly own: OwnNode,
    private readonly membership: Membership,
    private readonly settings: SettingsWatch,
  ) {}

  status(): ClusterStatusAnswer {
    const nodes = this.nodes();
    const count = (status: NodeStatus) => nodes.filter((node) => node.status === status).length;
    return {
      enabled: true,
      node_id: this.cluster.node_id,
      backend: this.cluster.backend,
      total_nodes: nodes.length,
      active_nodes: count("active"),
      inactive_nodes: count("inactive"),
      nodes,
    };
  }

  /** By node id. */
  nodes(): NodeAnswer[] {
    const nowMs = performance.now();
    const differing = this.settings.differing();
    const others = this.membership
      .others(nowMs)
      .map(({ record, status, heartbeatAt, heartbeatAgeMs }) =>
        answer(record, status, heartbeatAt, heartbeatAgeMs, differing.get(record.node_id)),
      );
    const { identity, work, state, lastHeartbeat } = this.own;
    const ownAge = lastHeartbeat && nowMs - lastHeartbeat.monotonicMs;
    const self = answer(
      { ...identity, ...work },
      state,
      lastHeartbeat?.wallMs,
      ownAge,
      differing.get(identity.node_id),
    );
    return [...others, self].sort((a, b) => (a.node_id < b.node_id ? -1 : 1));
  }
}

function answer(
  node: OwnNode["identity"] & OwnNode["work"],
  status: NodeStatus,
  heartbeatAt: number | undefined,
  heartbeatAgeMs: number | undefined,
  differing: readonly string[] = [],
): NodeAnswer {
  return {
    node_id: node.node_id,
    hostname: node.hostname,
    port: node.port,
    status,
    last_heartbeat: heartbeatAt === undefined ? null : new Date(heartbeatAt).toISOString(),
    url: node.url,
    version: node.version,
    started_at: node.started_at,
    heartbeat_age_ms: heartbeatAgeMs === undefined ? null : Math.round(heartbeatAgeMs),
    config_mismatch: [...differing],
    reports_per_second: node.reports_per_second ?? null,
    dependencies: node.dependencies ?? {},
    certificate_expires_at: node.certificate_expires_at ?? null,
  };
}
