import { Inject, Injectable } from "@nestjs/common";
import type { NodeAnswer } from "../../cluster/cluster-answer.js";
import { ClusterHealthCheck } from "../../cluster/cluster-health-check.js";
import { ALERTS_CONFIG, type AlertsConfig, CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { NodeFacts } from "../../lifecycle/node-facts.js";
import type { IncidentKind } from "../alert-kinds.js";
import type { Verdict } from "../rules/judge-condition.js";
import type { Changes, Known } from "./changes.js";
import { type Due, type Finding, judgeAll } from "./judge-all.js";

const DAY_MS = 86_400_000;

type WatchedNode = Pick<NodeAnswer, "node_id" | "status" | "config_mismatch" | "certificate_expires_at">;

/** Looks at the nodes of the cluster, through the eyes of this one. */
@Injectable()
export class NodesLook {
  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly health: ClusterHealthCheck,
    private readonly own: NodeFacts,
  ) {}

  /** What is to be opened; the rest goes into `changes`. */
  look(known: Known, changes: Changes): Due[] {
    const nodes = this.nodes();
    // A node that cannot see the others judges none of them, and closes nothing either.
    if (nodes === undefined) return [];
    const { node_inactive, settings_differ, certificate } = this.alerts;
    const judge = (kind: IncidentKind, enabled: boolean, findingOf: (node: WatchedNode) => Finding) =>
      judgeAll(kind, enabled ? nodes.map(findingOf) : [], known, changes);
    return [
      ...judge("node_inactive", node_inactive.enabled, (node) => this.inactive(node)),
      ...judge("settings_differ", settings_differ.enabled, (node) => this.differing(node)),
      ...judge("certificate", certificate.enabled, (node) => this.certificate(node, known.now)),
    ];
  }

  private nodes(): readonly WatchedNode[] | undefined {
    const facts = this.health.facts();
    if (facts) return facts.backend.connected && facts.lastSync !== null ? facts.nodes : undefined;
    const expiresAt = this.own.certificateExpiresAt?.toISOString() ?? null;
    const { node_id } = this.cluster;
    return [{ node_id, status: "active", config_mismatch: [], certificate_expires_at: expiresAt }];
  }

  private inactive({ node_id, status }: WatchedNode): Finding {
    const { for: seconds, severity } = this.alerts.node_inactive;
    const verdicts: Readonly<Record<NodeAnswer["status"], Verdict>> = {
      active: "good",
      draining: "good",
      stopped: "good",
      inactive: "bad",
      unknown: "unknown",
    };
    return {
      ...found(node_id, verdicts[status], seconds * 1000),
      severity,
      opening: (name) => `The node ${name} has failed: it gives no sign of life.`,
      closing: (name) => (status === "stopped" ? `The node ${name} was stopped.` : `The node ${name} is back.`),
    };
  }

  private differing({ node_id, status, config_mismatch }: WatchedNode): Finding {
    const { for: seconds, severity } = this.alerts.settings_differ;
    const verdict = status === "unknown" ? "unknown" : config_mismatch.length > 0 ? "bad" : "good";
    return {
      ...found(node_id, verdict, seconds * 1000),
      severity,
      opening: (name) => `The node ${name} differs from most of the others in ${config_mismatch.join(", ")}.`,
      closing: (name) => `The node ${name} no longer differs from the others.`,
    };
  }

  private certificate({ node_id, status, certificate_expires_at }: WatchedNode, now: number): Finding {
    const { days, severity } = this.alerts.certificate;
    const isRunning = status === "active" || status === "draining";
    const left =
      certificate_expires_at === null ? null : Math.floor((Date.parse(certificate_expires_at) - now) / DAY_MS);
    const verdict = !isRunning ? "unknown" : left !== null && left < days ? "bad" : "good";
    const date = certificate_expires_at?.slice(0, 10) ?? "";
    return {
      ...found(node_id, verdict, 0),
      severity,
      value: left,
      threshold: days,
      opening: (name) =>
        left !== null && left < 0
          ? `The certificate of the node ${name} ended on ${date}.`
          : `The certificate of the node ${name} ends in ${left ?? 0} days, on ${date}.`,
      closing: (name) => `The certificate of the node ${name} was renewed.`,
    };
  }
}

function found(subject: string, verdict: Verdict, forMs: number) {
  return { subject, verdict, forMs, value: null, threshold: null };
}
