import { Inject, Injectable } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import type { NodeAnswer } from "./cluster-answer.js";
import { ClusterStatus } from "./cluster-status.js";
import { type Contact, RegistryContact } from "./registry-contact.js";
import { registryAddress } from "./registry/registry-address.js";

/** What the node knows of its cluster, for the long form of its health. */
export interface ClusterFacts {
  readonly nodes: readonly NodeAnswer[];
  readonly backend: Contact & { readonly type: string; readonly host: string | null };
  /** When the registry was last written and read, by this node's clock; ISO 8601. */
  readonly lastSync: string | null;
}

/** The facts that the long form of the cluster's health is judged by; answered from memory. */
export abstract class ClusterHealthCheck {
  /** Null on a node that runs alone. */
  abstract facts(): ClusterFacts | null;
}

export class StandaloneHealthCheck extends ClusterHealthCheck {
  facts(): null {
    return null;
  }
}

@Injectable()
export class MemberHealthCheck extends ClusterHealthCheck {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly status: ClusterStatus,
    private readonly contact: RegistryContact,
  ) {
    super();
  }

  facts(): ClusterFacts {
    const { backend, node_id } = this.cluster;
    const nodes = this.status.nodes();
    return {
      nodes,
      backend: { ...this.contact.state(), type: backend, host: registryAddress(backend, this.cluster) },
      lastSync: nodes.find((node) => node.node_id === node_id)?.last_heartbeat ?? null,
    };
  }
}
