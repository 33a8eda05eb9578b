import { RecordSigner } from "../../../src/crypto/record-signer.js";
import { type NodeRecord, sealRecord } from "../../../src/cluster/node-record.js";
import { RecordSeal } from "../../../src/cluster/record-seal.js";

export const clusterSeal = new RecordSeal(new RecordSigner(Buffer.alloc(32, 7)), "the database of the tests");
/** Somebody who does not know the key, on the same database and on another. */
export const forgersSeal = new RecordSeal(new RecordSigner(Buffer.alloc(32, 9)), "the database of the tests");
export const strangersSeal = new RecordSeal(new RecordSigner(Buffer.alloc(32, 8)), "another database");

export function nodeRecord(members: Partial<NodeRecord> = {}): NodeRecord {
  const node_id = members.node_id ?? "b";
  return {
    format: 1,
    node_id,
    incarnation: 1,
    sequence: 1,
    state: "active",
    hostname: `${node_id}.example.com`,
    port: 8768,
    url: `https://${node_id}.example.com:8768`,
    version: "1.0.0",
    started_at: "2026-11-26T10:00:00.000Z",
    sent_at: "2026-11-26T10:30:00.000Z",
    heartbeat_interval: 10,
    ...members,
  };
}

/** A record as a registry holds it, written `ageMs` ago. */
export function registryEntry(members: Partial<NodeRecord> = {}, ageMs = 0, seal = clusterSeal) {
  const record = nodeRecord(members);
  return { nodeId: record.node_id, record: sealRecord(record, seal), ageMs };
}
