import { z } from "zod";

/** What a report is answered once it is committed. */
export const reportStored = z
  .object({
    status: z.literal("ok"),
    e2ee_verified: z.boolean().meta({ description: "Whether it was opened with the payload key." }),
    db_key_stored: z.literal(false),
  })
  .meta({
    id: "ReportStored",
    description: "The report is committed. Repeating it changes nothing.",
    examples: [{ status: "ok" as const, e2ee_verified: false, db_key_stored: false as const }],
  });

const reportResult = z.union([
  z.object({ status: z.literal("ok") }),
  z.object({ error: z.string(), code: z.string() }),
]);

/** What became of one report of a batch. */
export type ReportResult = z.output<typeof reportResult>;

export const batchResults = z
  .object({ results: z.array(reportResult).meta({ description: "One for each line, in their order." }) })
  .meta({
    id: "BatchResults",
    description: "What became of each report. All that are `ok` are committed.",
    examples: [
      { results: [{ status: "ok" as const }, { error: "machine_id is required.", code: "INVALID_MACHINE_ID" }] },
    ],
  });

export const commandList = z
  .object({ commands: z.array(z.never()) })
  .meta({ id: "CommandList", description: "What the machine is to do: nothing.", examples: [{ commands: [] }] });
