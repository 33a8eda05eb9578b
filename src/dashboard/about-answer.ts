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
  .meta({ id: "About", description: "What this server is and what it runs on." });

export type About = z.output<typeof about>;
