import { Inject, Injectable } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { IssuedIncarnations } from "./issued-incarnations.js";
import { KeyRollout } from "./key-rollout.js";
import { Membership } from "./membership/membership.js";
import { moment } from "./membership/observe.js";
import { OwnNode } from "./own-node.js";
import { NodeRegistry } from "./registry/node-registry.js";

/** What one heartbeat does: this node's record out, everybody's records in. */
@Injectable()
export class RecordExchange {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly registry: NodeRegistry,
    private readonly own: OwnNode,
    private readonly membership: Membership,
    private readonly issued: IssuedIncarnations,
    private readonly keys: KeyRollout,
  ) {}

  /**
   * Publishes, reads and has the others judged. Once `abandoned` is aborted its outcome no longer counts. Resolves with
   * the incarnation of a later start under this node's id, or undefined where there is none. Throws
   * BackendUnavailableError.
   */
  async exchange(abandoned: AbortSignal): Promise<number | undefined> {
    const { node_id } = this.cluster;
    const sentAt = moment();
    // Also while the registry is away: a node that others no longer hear must still notice that it lacks a key.
    this.keys.lookSoon();
    await this.registry.publish(node_id, await this.own.nextRecord());
    const asked = this.issued.refresh();
    if (this.own.lastHeartbeat === undefined) {
      // Only before the first reading it is worth waiting: without the answer, records of earlier lives pass for new
      // ones. And the others now see which keys this node lists, so that what they bring into use it sees here or later.
      await asked;
      await this.keys.look();
    }
    const { inUse } = this.keys;
    const at = moment();
    const entries = await this.registry.list();
    abandoned.throwIfAborted();

    const { ownIncarnation, forgotten } = this.membership.observe(entries, this.issued.known, at);
    const newest = Math.max(ownIncarnation ?? 0, this.issued.known.get(node_id) ?? 0);
    if (newest > (this.own.incarnation ?? 0)) return newest;
    this.own.lastHeartbeat = sentAt;
    this.keys.advance(inUse, at.monotonicMs);
    for (const nodeId of forgotten) await this.registry.remove(nodeId);
    return undefined;
  }

  /** Tells the others that this node has stopped. Throws BackendUnavailableError. */
  async sayFarewell(): Promise<void> {
    await this.registry.publish(this.cluster.node_id, await this.own.nextRecord("stopped"));
  }
}
