import { z } from "zod";

const dependencies = z.record(z.string(), z.enum(["up", "down"])).meta({
  description: "What it needs, as it finds it; empty where it does not tell.",
});

/** A node as the REST interface shows it. */
export const nodeAnswer = z
  .object({
    node_id: z.string(),
    hostname: z.string(),
    port: z.int(),
    status: z.enum(["active", "draining", "inactive", "stopped", "unknown"]).meta({
      description: "`unknown` while the node that answers cannot judge.",
    }),
    last_heartbeat: z.iso.datetime().nullable().meta({
      description: "When the node that answers last saw this one advance; null for itself before it has joined.",
    }),
    url: z.string(),
    version: z.string(),
    started_at: z.iso.datetime(),
    heartbeat_age_ms: z.int().nullable(),
    config_mismatch: z.array(z.string()).meta({
      description: "Names of the settings and places in which it differs from most of the others; never their values.",
    }),
    reports_per_second: z.number().nullable().meta({
      description: "Reports it committed, over its last ten seconds; null where it does not tell.",
    }),
    dependencies,
    certificate_expires_at: z.iso.datetime().nullable().meta({
      description: "The end of the certificate that it serves HTTPS with; null where it has none.",
    }),
  })
  .meta({
    id: "Node",
    description: "A node of the cluster.",
    examples: [
      {
        node_id: "server-01-abc123",
        hostname: "server-01.company.com",
        port: 8768,
        status: "active" as const,
        last_heartbeat: "2026-11-26T10:30:00.000Z",
        url: "https://server-01.company.com:8768",
        version: "1.0.0",
        started_at: "2026-11-26T08:00:00.000Z",
        heartbeat_age_ms: 4200,
        config_mismatch: [],
        reports_per_second: 120.5,
        dependencies: { database: "up" as const, "session store": "up" as const, "cluster registry": "up" as const },
        certificate_expires_at: null,
      },
    ],
  });

export type NodeAnswer = z.output<typeof nodeAnswer>;

const clusterStatus = z
  .object({
    enabled: z.literal(true),
    node_id: z.string().meta({ description: "The node that answers.", examples: ["server-01-abc123"] }),
    backend: z.string().meta({ description: "What the registry lies in.", examples: ["redis"] }),
    total_nodes: z.int(),
    active_nodes: z.int(),
    inactive_nodes: z.int(),
    nodes: z.array(nodeAnswer),
  })
  .meta({ id: "ClusterStatus", description: "The cluster as the node that answers sees it." });

export type ClusterStatusAnswer = z.output<typeof clusterStatus>;

const standaloneStatus = z
  .object({
    enabled: z.literal(false),
    mode: z.literal("standalone"),
    message: z.string(),
    node: z.object({
      hostname: z.string(),
      version: z.string(),
      started_at: z.iso.datetime(),
      reports_per_second: z.number(),
      dependencies,
    }),
  })
  .meta({ id: "StandaloneStatus", description: "The answer of a server that runs as a single node." });

export type StandaloneStatusAnswer = z.output<typeof standaloneStatus>;

/** What the addresses of the cluster answer, on a node of one and on a node that runs alone. */
export const clusterStatusAnswer = z.union([clusterStatus, standaloneStatus]);

export const activeNodes = z
  .object({ nodes: z.array(nodeAnswer), count: z.int() })
  .meta({ id: "ActiveNodes", description: "The active nodes; none where this server runs as a single node." });
