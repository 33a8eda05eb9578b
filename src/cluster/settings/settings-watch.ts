import { Inject, Injectable, Logger } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { EventLog } from "../../events/event-log.js";
import { Membership } from "../membership/membership.js";
import { OwnNode } from "../own-node.js";
import { DATABASE, type Fingerprints, differingSettings } from "./compare-settings.js";
import { OwnFingerprints } from "./own-fingerprints.js";

interface Difference {
  readonly incarnation: number;
  readonly settings: readonly string[];
  /** On the monotonic clock. */
  readonly since: number;
  told: boolean;
}

/** Compares the settings of the nodes and says which of them differ, once it is more than a passing state. */
@Injectable()
export class SettingsWatch {
  private readonly logger = new Logger("Cluster");
  private readonly differences = new Map<string, Difference>();

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly own: OwnNode,
    private readonly fingerprints: OwnFingerprints,
    private readonly membership: Membership,
    private readonly events: EventLog,
  ) {}

  /** In what each node differs from most of the others; nodes that do not run are not compared. */
  differing(): ReadonlyMap<string, readonly string[]> {
    const others = this.membership.others(performance.now());
    const compared = new Map<string, Fingerprints>([[this.cluster.node_id, this.fingerprints.current]]);
    for (const { record, status } of others) {
      // One that refuses to serve says that it has stopped, and beats on: what it refuses for is what differs.
      const runs = status === "active" || status === "draining" || status === "unknown";
      if (record.fingerprints && (runs || record.admitted === false)) compared.set(record.node_id, record.fingerprints);
    }
    const differing = new Map(differingSettings(compared));
    for (const { record, onOtherDatabase } of others) {
      if (onOtherDatabase) differing.set(record.node_id, [DATABASE]);
    }
    return differing;
  }

  /** To be called after each reading of the registry. */
  review(): void {
    const now = performance.now();
    const starts = new Map(this.membership.others(now).map(({ record }) => [record.node_id, record.incarnation]));
    starts.set(this.cluster.node_id, this.own.incarnation ?? 0);
    for (const [nodeId, settings] of this.differing()) this.note(nodeId, starts.get(nodeId) ?? 0, settings, now);
    for (const nodeId of this.differences.keys()) if (!starts.has(nodeId)) this.differences.delete(nodeId);
  }

  private note(nodeId: string, incarnation: number, settings: readonly string[], now: number): void {
    const before = this.differences.get(nodeId);
    if (settings.length === 0) {
      if (before?.told) this.logger.log(`Node ${nodeId} no longer differs from the others in its settings`);
      this.differences.delete(nodeId);
      return;
    }
    const isSame = before?.incarnation === incarnation && before.settings.join() === settings.join();
    const difference = isSame ? before : { incarnation, settings, since: now, told: false };
    this.differences.set(nodeId, difference);
    // While a change is rolled out node by node it passes within seconds, and so it does when Redis has lost its data.
    if (difference.told || now - difference.since < this.cluster.node_timeout * 1000) return;
    difference.told = true;
    this.events.note({
      kind: "node.mismatched",
      subject: nodeId,
      details: { settings: settings.join(", "), incarnation },
      onceKey: `node.mismatched:${nodeId}:${incarnation}:${settings.join()}`,
    });
  }
}
