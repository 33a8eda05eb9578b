import { Inject, Injectable } from "@nestjs/common";
import { VERSION } from "../common/version.js";
import { CLUSTER_CONFIG, type ClusterConfig, SSL_CONFIG, type SslConfig } from "../config/config.module.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { Incarnations } from "../database/incarnations.js";
import { NodeFacts } from "../lifecycle/node-facts.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import type { Moment } from "./membership/observe.js";
import { type NodeRecord, sealRecord } from "./node-record.js";
import { RecordSeal } from "./record-seal.js";
import { OwnFingerprints } from "./settings/own-fingerprints.js";

type Identity = Pick<
  NodeRecord,
  "node_id" | "hostname" | "port" | "url" | "version" | "started_at" | "heartbeat_interval" | "database_keys"
>;

/** This node as it presents itself to the others. */
@Injectable()
export class OwnNode {
  readonly identity: Identity;
  /** When the newest heartbeat that succeeded was sent; none before the node has joined. */
  lastHeartbeat: Moment | undefined;
  /** Whether it claims to fit in with the others; see NodeAdmission. */
  admitted = false;
  private issuedIncarnation: number | undefined;
  private sequence = 0;

  constructor(
    @Inject(CLUSTER_CONFIG) cluster: ClusterConfig,
    @Inject(SSL_CONFIG) ssl: SslConfig,
    private readonly lifecycle: NodeLifecycle,
    private readonly facts: NodeFacts,
    private readonly incarnations: Incarnations,
    private readonly seal: RecordSeal,
    private readonly fingerprints: OwnFingerprints,
    documents: DocumentCipher,
  ) {
    this.identity = {
      node_id: cluster.node_id,
      hostname: cluster.hostname,
      port: cluster.port,
      url: nodeUrl(ssl.cert_file === undefined ? "http" : "https", cluster.hostname, cluster.port),
      version: VERSION,
      started_at: lifecycle.startedAt.toISOString(),
      heartbeat_interval: cluster.heartbeat_interval,
      database_keys: documents.keyIds,
    };
  }

  get incarnation(): number | undefined {
    return this.issuedIncarnation;
  }

  /** What it does, as it is now. */
  get work(): Pick<NodeRecord, "reports_per_second" | "dependencies" | "certificate_expires_at"> {
    const { reportsPerSecond, dependencies, certificateExpiresAt } = this.facts;
    return {
      reports_per_second: reportsPerSecond,
      dependencies,
      ...(certificateExpiresAt && { certificate_expires_at: certificateExpiresAt.toISOString() }),
    };
  }

  /** One that refuses to serve tells the others so. */
  get state(): NodeRecord["state"] {
    if (this.lifecycle.refusesBecause !== undefined) return "stopped";
    switch (this.lifecycle.state) {
      case "starting":
      case "serving":
        return "active";
      case "draining":
        return "draining";
      case "stopped":
        return "stopped";
    }
  }

  /** The next record to publish. Throws BackendUnavailableError while the database has not numbered this start yet. */
  async nextRecord(state: NodeRecord["state"] = this.state): Promise<NodeRecord> {
    const incarnation = (this.issuedIncarnation ??= await this.incarnations.issue(this.identity.node_id));
    this.sequence += 1;
    return {
      format: 1,
      ...this.identity,
      incarnation,
      sequence: this.sequence,
      state,
      sent_at: new Date().toISOString(),
      admitted: this.admitted,
      fingerprints: this.fingerprints.current,
      ...this.work,
    };
  }

  sealed(record: NodeRecord): string {
    return sealRecord(record, this.seal);
  }
}

/** Where a person reaches the node; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
function nodeUrl(scheme: "http" | "https", hostname: string, port: number): string {
  return `${scheme}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
