import { z } from "zod";
import { nodeAnswer } from "../cluster/cluster-answer.js";
import { errorSchema } from "../common/error-schema.js";

const nodeId = z.string().meta({ description: "The node that answers.", examples: ["server-01-abc123"] });
const details = z.string().meta({ description: "A sentence for people." });
const error = z.string().nullable();

export const healthy = z.object({ status: z.literal("healthy"), node_id: nodeId });

/** The second is what a node answers to everything while it starts. */
export const unhealthy = z.union([
  z.object({
    status: z.literal("unhealthy"),
    node_id: nodeId,
    reason: z.string().meta({ examples: ["The database does not answer."] }),
  }),
  errorSchema,
]);

export const alive = z.object({ status: z.literal("ok") });

const indicators = z.record(z.string(), z.looseObject({ status: z.enum(["up", "down"]) }));

/** The report of Terminus. */
export const readiness = z
  .object({
    status: z.enum(["ok", "error", "shutting_down"]),
    info: indicators.optional(),
    error: indicators.optional(),
    details: indicators,
  })
  .meta({ id: "Readiness", description: "Each dependency, up or down." });

export const notReady = z.union([readiness, errorSchema]);

/** The long form of the cluster's health, as clients see it. */
export const clusterHealth = z
  .object({
    overall: z.enum(["healthy", "degraded", "critical"]),
    backend: z.object({
      connected: z.boolean(),
      type: z.string(),
      latency_ms: z
        .number()
        .nullable()
        .meta({ description: "How long the registry's last answer took, in milliseconds." }),
      host: z.string().nullable(),
      error,
    }),
    nodes: z.array(nodeAnswer),
    sync: z.object({
      synced: z.boolean().meta({
        description: "Whether this node knows every other and all agree on what must be equal.",
      }),
      session_count: z
        .int()
        .nullable()
        .meta({ description: "People logged in; null where they cannot be counted now." }),
      last_sync: z.iso.datetime().nullable(),
      details,
      error,
    }),
    failover: z.object({
      ready: z.boolean().meta({ description: "Whether any one of the nodes can fail without anybody noticing." }),
      healthy_nodes: z.int(),
      details,
    }),
  })
  .meta({
    id: "ClusterHealth",
    description: "How the cluster does, and whether it can lose a node.",
    examples: [
      {
        overall: "healthy" as const,
        backend: { connected: true, type: "redis", latency_ms: 0.8, host: "redis.example.com:6379", error: null },
        nodes: [],
        sync: {
          synced: true,
          session_count: 12,
          last_sync: "2026-11-26T10:30:00.000Z",
          details: "All nodes agree.",
          error: null,
        },
        failover: { ready: true, healthy_nodes: 3, details: "Any one node can fail." },
      },
    ],
  });

export type ClusterHealthAnswer = z.output<typeof clusterHealth>;
