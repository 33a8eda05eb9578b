import { z } from "zod";
import { reportedInfo, reportedMetrics } from "../reported.js";

/** A report as agents send it, for the description of the API; what is read of it stands in ReportReader. */
const report = z
  .looseObject({
    machine_id: z.string().min(1).max(255),
    machine_info: reportedInfo.nullish(),
    metrics: reportedMetrics.nullish(),
  })
  .meta({
    id: "Report",
    description: "Who the machine is and what it measured. Only the machine id is required.",
    examples: [
      {
        machine_id: "web-01",
        machine_info: { hostname: "web-01", os: "Linux", os_version: "6.1", cpu_count: 4, local_ip: "10.0.0.5" },
        metrics: {
          timestamp: "2026-11-26T10:30:00.123Z",
          cpu: { percent: 12.5, load_avg: [0.1, 0.2, 0.3] },
          memory: { total: 16777216000, used: 8388608000, percent: 50 },
          battery: null,
        },
      },
    ],
  });

const envelope = z
  .looseObject({
    encrypted: z.literal(true),
    version: z.literal("1"),
    nonce: z.base64().meta({ description: "12 bytes, another one for every report." }),
    ciphertext: z.base64().meta({ description: "The report, AES-256-GCM, with the 16-byte tag behind it." }),
  })
  .meta({
    id: "ReportEnvelope",
    description: "A report sealed with the payload key; no associated data.",
    examples: [
      {
        encrypted: true as const,
        version: "1" as const,
        nonce: "AAECAwQFBgcICQoL",
        ciphertext: "3q2+7wABAgMEBQYHCAkKCwwNDg8=",
      },
    ],
  });

export const reportBody = z.union([report, envelope]);

export const batchBody = z.string().meta({
  id: "ReportBatch",
  description: "A report or an envelope a line, at most 500 of them and 5 MB unpacked.",
  examples: ['{"machine_id":"web-01"}\n{"machine_id":"web-02","metrics":{"cpu":{"percent":12.5}}}\n'],
});
