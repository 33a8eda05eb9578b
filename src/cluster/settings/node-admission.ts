import { Inject, Injectable, Logger } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { NodeLifecycle } from "../../lifecycle/node-lifecycle.js";
import { Membership } from "../membership/membership.js";
import type { NodeRecord } from "../node-record.js";
import { OwnNode } from "../own-node.js";
import { DATABASE, REGISTRY, SESSION_STORE } from "./compare-settings.js";
import { judgeAdmission } from "./judge-admission.js";
import { OwnFingerprints } from "./own-fingerprints.js";

const settingsOf: Readonly<Record<string, string>> = {
  [DATABASE]: "server.db_backend, server.db_path and server.db_url",
  [SESSION_STORE]: "the sessions section",
  [REGISTRY]: "the cluster section's backend and its address",
};

/**
 * Has this node refuse to serve while it uses another database, session store or registry than those that run. Looked at
 * again with every reading until it fits in; from then on nothing that others publish stops it.
 */
@Injectable()
export class NodeAdmission {
  private readonly logger = new Logger("Cluster");
  private isFinal = false;

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly own: OwnNode,
    private readonly fingerprints: OwnFingerprints,
    private readonly membership: Membership,
    private readonly lifecycle: NodeLifecycle,
  ) {}

  /**
   * To be called after each reading of the registry that followed the publication of a record, with what that record
   * said. Of two that start together each may see nobody at first: only a reading after the others could know of this
   * node's claim is final.
   */
  review({ admitted: wasClaimed }: Pick<NodeRecord, "admitted">): void {
    if (this.isFinal) return;
    const admission = judgeAdmission({
      nodeId: this.cluster.node_id,
      own: this.fingerprints.current,
      peers: this.membership
        .others(performance.now())
        .filter(({ status }) => status === "active" || status === "draining")
        .map(({ record: { node_id, fingerprints = {}, admitted } }) => ({ nodeId: node_id, fingerprints, admitted })),
      strangers: this.membership.meetsStrangers(),
    });
    this.own.admitted = admission.verdict === "admitted";
    this.isFinal = this.own.admitted && wasClaimed === true;
    if (admission.verdict === "refused") this.refuse(admission.places);
    else this.accept();
  }

  private refuse(places: readonly string[]): void {
    const reason =
      `This node uses another ${places.join(" and another ")} than the running nodes of its cluster. Correct ` +
      `${places.map((place) => settingsOf[place]).join(" and ")} and restart it; it serves nobody until then, or until ` +
      "the others are gone.";
    if (this.lifecycle.refusesBecause === reason) return;
    this.logger.error(reason);
    this.lifecycle.refuse(reason);
  }

  private accept(): void {
    if (this.lifecycle.refusesBecause === undefined) return;
    this.lifecycle.accept();
    this.logger.log("This node fits in with the running nodes and serves again");
  }
}
