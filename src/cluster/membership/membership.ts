import { Inject, Injectable, Logger } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { RecordSigner } from "../../crypto/record-signer.js";
import { type NodeRecord, openRecord } from "../node-record.js";
import type { RegistryEntry } from "../registry/node-registry.js";
import { type NodeStatus, statusOf } from "./judge.js";
import { membershipLimits } from "./limits.js";
import { type ClusterView, type Moment, emptyView, moment, observe } from "./observe.js";
import { RejectionLog } from "./rejection-log.js";

/** Another node as this one sees it now. */
export interface ObservedNode {
  readonly record: NodeRecord;
  readonly status: NodeStatus;
  /** When this node last saw it advance: milliseconds since 1970 UTC, and ago. */
  readonly heartbeatAt: number;
  readonly heartbeatAgeMs: number;
}

export interface ReadingOutcome {
  /** The incarnation of the signed record that stands under this node's own id, if there is one. */
  readonly ownIncarnation: number | undefined;
  /** Node ids whose records are to be taken out of the registry. */
  readonly forgotten: readonly string[];
}

/**
 * What this node knows of the others. It judges by its own monotonic clock across its own successful readings, never by
 * a time that another machine wrote; the rules are the pure functions beside it.
 */
@Injectable()
export class Membership {
  private readonly logger = new Logger("Cluster");
  private readonly rejectionLog = new RejectionLog();
  private readonly limits;
  /** What was written before this moment, others have left behind. */
  private view: ClusterView = emptyView(moment());

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly signer: RecordSigner,
  ) {
    this.limits = membershipLimits(cluster);
  }

  /** Takes a reading in that was asked for `at`; `issued` as Incarnations knows it. */
  observe(entries: readonly RegistryEntry[], issued: ReadonlyMap<string, number>, at: Moment): ReadingOutcome {
    const before = this.view;
    const opened = entries.map((entry) => ({ ...entry, opened: openRecord(entry.record, entry.nodeId, this.signer) }));
    const others = opened.filter(({ nodeId }) => nodeId !== this.cluster.node_id);
    const { view, rejections, forgotten } = observe(before, { entries: others, issued, at }, this.limits);
    this.view = view;
    this.rejectionLog.report(rejections);
    this.logChanges(before, view);
    const own = opened.find(({ nodeId }) => nodeId === this.cluster.node_id);
    return { ownIncarnation: own?.opened.record?.incarnation, forgotten };
  }

  /** The other nodes, until they are forgotten. */
  others(nowMs: number): readonly ObservedNode[] {
    const view = this.view;
    return [...view.nodes.values()].map(({ record, verdict, advancedAt }) => ({
      record,
      status: statusOf(verdict, record.state, nowMs - view.readAt, this.limits),
      heartbeatAt: advancedAt.wallMs,
      heartbeatAgeMs: Math.max(0, nowMs - advancedAt.monotonicMs),
    }));
  }

  /**
   * The moment, on the monotonic clock, at which a silent node becomes inactive unless it advances: a reading then says
   * so without waiting for the next heartbeat. Infinity where nobody is silent.
   */
  nextVerdictAt(): number {
    const due = [...this.view.nodes.values()]
      .filter(({ verdict, record }) => verdict !== "inactive" && record.state !== "stopped")
      .map(({ silenceMs }) => this.view.readAt + this.limits.nodeTimeoutMs - silenceMs);
    return Math.min(Infinity, ...due);
  }

  private logChanges(before: ClusterView, after: ClusterView): void {
    const statuses = (view: ClusterView) =>
      new Map([...view.nodes].map(([id, node]) => [id, statusOf(node.verdict, node.record.state, 0, this.limits)]));
    const old = statuses(before);
    const now = statuses(after);
    for (const [nodeId, status] of now) {
      if (old.get(nodeId) !== status) this.logger.log(`Node ${nodeId} is ${status}`);
    }
    for (const nodeId of old.keys()) if (!now.has(nodeId)) this.logger.log(`Node ${nodeId} is forgotten`);
  }
}
