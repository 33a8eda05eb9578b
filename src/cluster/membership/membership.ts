import { Inject, Injectable, Logger } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import type { IssuedStart } from "../../database/incarnations.js";
import { EventLog } from "../../events/event-log.js";
import { type NodeRecord, openRecord } from "../node-record.js";
import { RecordSeal } from "../record-seal.js";
import type { RegistryEntry } from "../registry/node-registry.js";
import { OwnFingerprints } from "../settings/own-fingerprints.js";
import { type NodeStatus, statusOf } from "./judge.js";
import { membershipLimits } from "./limits.js";
import { type ClusterView, type Moment, emptyView, isOfOtherDatabase, moment, observe } from "./observe.js";
import { RejectionReports } from "./rejection-reports.js";
import { type NodeMoment, eventOfChange } from "./status-changes.js";

/** Another node as this one sees it now. */
export interface ObservedNode {
  readonly record: NodeRecord;
  readonly status: NodeStatus;
  /** When this node last saw it advance: milliseconds since 1970 UTC, and ago. */
  readonly heartbeatAt: number;
  readonly heartbeatAgeMs: number;
  /** Whether someone on another database goes by its id. */
  readonly onOtherDatabase: boolean;
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
  private readonly rejections: RejectionReports;
  private readonly limits;
  /** What was written before this moment, others have left behind. */
  private view: ClusterView = emptyView(moment());

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly seal: RecordSeal,
    private readonly fingerprints: OwnFingerprints,
    private readonly events: EventLog,
  ) {
    this.rejections = new RejectionReports(events);
    this.limits = membershipLimits(cluster);
  }

  /** Takes a reading in that was asked for `at`; `issued` as Incarnations knows it. */
  observe(entries: readonly RegistryEntry[], issued: ReadonlyMap<string, IssuedStart>, at: Moment): ReadingOutcome {
    const before = this.view;
    const opened = entries.map((entry) => ({ ...entry, opened: openRecord(entry.record, entry.nodeId, this.seal) }));
    const others = opened.filter(({ nodeId }) => nodeId !== this.cluster.node_id);
    const { database } = this.fingerprints;
    const { view, rejections, forgotten } = observe(before, { entries: others, issued, at, database }, this.limits);
    this.view = view;
    this.rejections.report(rejections, at.monotonicMs);
    this.tellChanges(before, view);
    const own = opened.find(({ nodeId }) => nodeId === this.cluster.node_id)?.opened.record;
    const isOurs = own !== undefined && !isOfOtherDatabase(own, database);
    return { ownIncarnation: isOurs ? own.incarnation : undefined, forgotten };
  }

  /** The other nodes, until they are forgotten. */
  others(nowMs: number): readonly ObservedNode[] {
    const view = this.view;
    return [...view.nodes.values()].map(({ record, verdict, advancedAt }) => ({
      record,
      status: statusOf(verdict, record.state, nowMs - view.readAt, this.limits),
      heartbeatAt: advancedAt.wallMs,
      heartbeatAgeMs: Math.max(0, nowMs - advancedAt.monotonicMs),
      onOtherDatabase: view.strangers.has(record.node_id),
    }));
  }

  /** Whether the last reading found fresh records that were signed on another database. */
  meetsStrangers(): boolean {
    return [...this.view.strangers.values()].some((ageMs) => ageMs < this.limits.nodeTimeoutMs);
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

  private tellChanges(before: ClusterView, after: ClusterView): void {
    const old = this.moments(before);
    for (const [nodeId, now] of this.moments(after)) {
      const was = old.get(nodeId);
      old.delete(nodeId);
      const event = eventOfChange(nodeId, was, now);
      if (event) this.events.note(event);
      else if (was?.status !== now.status) this.logger.log(`Node ${nodeId} is ${now.status}`);
    }
    for (const nodeId of old.keys()) this.logger.log(`Node ${nodeId} is forgotten`);
  }

  private moments(view: ClusterView): Map<string, NodeMoment> {
    return new Map(
      [...view.nodes].map(
        ([
          nodeId,
          {
            verdict,
            record: { state, incarnation, sequence },
          },
        ]) => [nodeId, { status: statusOf(verdict, state, 0, this.limits), verdict, incarnation, sequence }],
      ),
    );
  }
}
