import { z } from "zod";
import type { RecordSeal } from "./record-seal.js";

const count = z.int().min(1);
const timestamp = z.iso.datetime();

const nodeRecordSchema = z.object({
  /** Raised for people to see; a record of any format is read by the members below, and others are passed over. */
  format: count,
  node_id: z.string().min(1),
  incarnation: count,
  sequence: count,
  state: z.enum(["active", "draining", "stopped"]),
  hostname: z.string(),
  port: z.int(),
  /** Shown as a link. */
  url: z.string().regex(/^https?:\/\//),
  version: z.string(),
  started_at: timestamp,
  /** By the sender's clock; for people only, it is compared with nothing. */
  sent_at: timestamp,
  /** Seconds. */
  heartbeat_interval: z.number().positive(),
  /** Whether it may serve beside the others (see judge-admission.ts). */
  admitted: z.boolean().optional(),
  /** Keyed hashes of what must be equal everywhere, by its name. */
  fingerprints: z.record(z.string(), z.string()).readonly().optional(),
  /** The ids of the database keys that the node lists, which reveal nothing of the keys. */
  database_keys: z.array(z.string()).readonly().optional(),
  /** What it committed lately, and what it needs; for people. */
  reports_per_second: z.number().min(0).optional(),
  dependencies: z
    .record(z.string(), z.enum(["up", "down"]))
    .readonly()
    .optional(),
  /** The end of the certificate that it serves HTTPS with. */
  certificate_expires_at: timestamp.optional(),
});

/** What a node tells the others about itself with every heartbeat. */
export type NodeRecord = z.output<typeof nodeRecordSchema>;

const envelopeSchema = z.object({ payload: z.string(), signature: z.string(), database: z.string().optional() });

/**
 * Why a record was not believed. `incarnation` and `sequence` mean that it was true once and has been replayed;
 * `database` that its writer says it belongs to another database, where other keys and numbers hold.
 */
export type RejectionReason = "signature" | "database" | "node_id" | "format" | "incarnation" | "sequence";

export type OpenedRecord =
  | { readonly record: NodeRecord; readonly rejected?: never }
  | { readonly record?: never; readonly rejected: RejectionReason };

/**
 * The record as it is published: `{"payload":"<JSON text>","signature":"<HMAC>","database":"<digest>"}`. The signature
 * covers the very text of the payload, so a reader of another version can check members that it does not know.
 */
export function sealRecord(record: NodeRecord, { signer, database }: RecordSeal): string {
  const payload = JSON.stringify(record);
  return JSON.stringify({ payload, signature: signer.sign(payload), database });
}

/**
 * Verifies what a registry holds under `nodeId`. Never throws; nothing of an unverified record is believed. The digest
 * beside it only tells why it is not.
 */
export function openRecord(text: string, nodeId: string, { signer, database }: RecordSeal): OpenedRecord {
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (!envelope.success) return { rejected: "signature" };
  if (!signer.verify(envelope.data.payload, envelope.data.signature)) {
    const { database: theirs } = envelope.data;
    return { rejected: theirs === undefined || theirs === database ? "signature" : "database" };
  }
  const record = nodeRecordSchema.safeParse(parseJson(envelope.data.payload));
  if (!record.success) return { rejected: "format" };
  return record.data.node_id === nodeId ? { record: record.data } : { rejected: "node_id" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
