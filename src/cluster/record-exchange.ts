import { Inject, Injectable } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { IssuedStarts } from "./issued-starts.js";
import { KeyRollout } from "./key-rollout.js";
import { isTimely, membershipLimits } from "./membership/limits.js";
import { Membership } from "./membership/membership.js";
import { type Moment, moment } from "./membership/observe.js";
import { OwnNode } from "./own-node.js";
import { NodeRegistry } from "./registry/node-registry.js";
import { NodeAdmission } from "./settings/node-admission.js";
import { OwnFingerprints } from "./settings/own-fingerprints.js";
import { SettingsWatch } from "./settings/settings-watch.js";
import { withinMs } from "./time-limit.js";

/** A store that does not answer must not keep the node from joining. */
const FIRST_IDS_LIMIT_MS = 2_000;
/** A heartbeat after an absence does not wait longer for the database. */
const LOOK_LIMIT_MS = 1_000;

/** What one heartbeat does: this node's record out, everybody's records in. */
@Injectable()
export class RecordExchange {
  private readonly limits;

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly registry: NodeRegistry,
    private readonly own: OwnNode,
    private readonly membership: Membership,
    private readonly issued: IssuedStarts,
    private readonly keys: KeyRollout,
    private readonly fingerprints: OwnFingerprints,
    private readonly admission: NodeAdmission,
    private readonly settings: SettingsWatch,
  ) {
    this.limits = membershipLimits(cluster);
  }

  /**
   * Publishes, reads and has the others judged. Once `abandoned` is aborted its outcome no longer counts. Resolves with
   * the incarnation of a later start under this node's id, or undefined where there is none. Throws
   * BackendUnavailableError.
   */
  async exchange(abandoned: AbortSignal): Promise<number | undefined> {
    const { node_id } = this.cluster;
    const isFirst = this.own.lastHeartbeat === undefined;
    const sentAt = moment();
    // Also while the registry is away: a node that others no longer hear must still notice that it lacks a key.
    this.keys.lookSoon();
    if (isFirst)
      await withinMs(FIRST_IDS_LIMIT_MS, this.fingerprints.settle(FIRST_IDS_LIMIT_MS)).catch(() => undefined);
    else void this.fingerprints.refresh();
    if (this.wasAway(sentAt)) {
      // Whoever started under this id meanwhile is not to find its record overwritten.
      await withinMs(LOOK_LIMIT_MS, this.issued.look()).catch(() => undefined);
      abandoned.throwIfAborted();
      const newest = this.issued.known.get(node_id)?.incarnation ?? 0;
      if (newest > (this.own.incarnation ?? newest)) return newest;
    }
    const record = await this.own.nextRecord();
    await this.registry.publish(node_id, this.own.sealed(record));
    const asked = this.issued.refresh(node_id, record);
    if (isFirst) {
      // Only before the first reading it is worth waiting: without the answer, records of earlier lives pass for new
      // ones. And the others now see which keys this node lists, so that what they bring into use it sees here or later.
      await asked;
      await this.keys.look();
    }
    const { inUse } = this.keys;
    // What the database says later may be about records that this reading no longer sees.
    const issued = this.issued.known;
    const at = moment();
    const entries = await this.registry.list();
    abandoned.throwIfAborted();

    const { ownIncarnation, forgotten } = this.membership.observe(entries, issued, at);
    const newest = Math.max(ownIncarnation ?? 0, this.issued.known.get(node_id)?.incarnation ?? 0);
    if (newest > record.incarnation) return newest;
    this.own.lastHeartbeat = sentAt;
    this.admission.review(record);
    // The others are to know at once that this node refuses to serve, or serves after all.
    if (this.own.state !== record.state || this.own.admitted !== record.admitted) await this.publishNext();
    this.settings.review();
    this.keys.advance(inUse, at.monotonicMs);
    for (const nodeId of forgotten) {
      await this.registry.remove(nodeId);
      await this.keys.forgetNode(nodeId);
    }
    return undefined;
  }

  /** Tells the others that this node has stopped. Throws BackendUnavailableError. */
  async sayFarewell(): Promise<void> {
    const record = await this.own.nextRecord("stopped");
    await this.registry.publish(this.cluster.node_id, this.own.sealed(record));
    await this.issued.refreshAtLast(this.cluster.node_id, record);
  }

  private async publishNext(): Promise<void> {
    await this.registry.publish(this.cluster.node_id, this.own.sealed(await this.own.nextRecord()));
  }

  /** Frozen, or cut off from the registry: it has missed what a heartbeat in time would have seen. */
  private wasAway({ monotonicMs }: Moment): boolean {
    const { lastHeartbeat } = this.own;
    return lastHeartbeat !== undefined && !isTimely(monotonicMs - lastHeartbeat.monotonicMs, this.limits);
  }
}
