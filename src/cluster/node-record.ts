import { z } from "zod";
import type { RecordSigner } from "../crypto/record-signer.js";

const count = z.int().min(1);
const timestamp = z.iso.datetime();

const nodeRecordSchema = z.object({
  /** Raised only when older nodes must no longer read it; new members do not need that. */
  format: z.literal(1),
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
  /** The ids of the database keys that the node lists, which reveal nothing of the keys. */
  database_keys: z.array(z.string()).readonly().optional(),
});

/** What a node tells the others about itself with every heartbeat. */
export type NodeRecord = z.output<typeof nodeRecordSchema>;

const envelopeSchema = z.object({ payload: z.string(), signature: z.string() });

/** Why a record was not believed. `incarnation` and `sequence` mean that it was true once and has been replayed. */
export type RejectionReason = "signature" | "node_id" | "format" | "incarnation" | "sequence";

export type OpenedRecord =
  | { readonly record: NodeRecord; readonly rejected?: never }
  | { readonly record?: never; readonly rejected: RejectionReason };

/**
 * The record as it is published: `{"payload":"<JSON text>","signature":"<HMAC>"}`. The signature covers the very text of
 * the payload, so a reader of another version can check members that it does not know.
 */
export function sealRecord(record: NodeRecord, signer: RecordSigner): string {
  const payload = JSON.stringify(record);
  return JSON.stringify({ payload, signature: signer.sign(payload) });
}

/** Verifies what a registry holds under `nodeId`. Never throws; nothing of an unverified record is looked at. */
export function openRecord(text: string, nodeId: string, signer: RecordSigner): OpenedRecord {
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (!envelope.success || !signer.verify(envelope.data.payload, envelope.data.signature)) {
    return { rejected: "signature" };
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
