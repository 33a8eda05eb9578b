import { z } from "zod";

/** What the server is, as clients see it. */
export const about = z
  .object({
    version: z.string(),
    organization: z.string(),
    node_id: z.string().nullable().meta({ description: "The node that answers; null for one that runs alone." }),
    node_version: z.string().meta({ description: "Of Node.js." }),
    data_backend: z.string(),
    session_backend: z.string(),
    cluster_backend: z.string().nullable(),
    database_encrypted: z.boolean().meta({ description: "Whether the content of the database is sealed." }),
    payload_encrypted: z.boolean().meta({ description: "Whether agents may encrypt their reports." }),
  })
  .meta({
    id: "About",
    description: "What this server is and what it runs on.",
    examples: [
      {
        version: "1.0.0",
        organization: "Fleet",
        node_id: "server-01-abc123",
        node_version: "v22.12.0",
        data_backend: "postgres",
        session_backend: "redis",
        cluster_backend: "redis",
        database_encrypted: true,
        payload_encrypted: true,
      },
    ],
  });

export type About = z.output<typeof about>;
