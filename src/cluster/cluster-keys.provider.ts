import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { deriveKey } from "../crypto/derive-key.js";
import { KeyedHash } from "../crypto/keyed-hash.js";
import { RecordSigner } from "../crypto/record-signer.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import { RecordSeal } from "./record-seal.js";

/** Signs node records with a key that every node of the cluster derives alike. */
export const recordSealProvider: Provider = {
  provide: RecordSeal,
  inject: [CLUSTER_CONFIG, DatabaseSecrets],
  useFactory: recordSealOf,
};

export const SETTINGS_HASH = Symbol("SETTINGS_HASH");

/** Hashes settings, for comparison: alike on all nodes that believe each other's records. */
export const settingsHashProvider: Provider = {
  provide: SETTINGS_HASH,
  inject: [CLUSTER_CONFIG, DatabaseSecrets],
  useFactory: settingsHashOf,
};

export function recordSealOf(cluster: ClusterConfig, database: DatabaseSecrets): RecordSeal {
  return new RecordSeal(new RecordSigner(clusterKey(cluster, database, "node-record")), database.databaseId);
}

export function settingsHashOf(cluster: ClusterConfig, database: DatabaseSecrets): KeyedHash {
  return new KeyedHash(clusterKey(cluster, database, "node-settings"));
}

function clusterKey({ secret }: ClusterConfig, database: DatabaseSecrets, purpose: string): Buffer {
  return secret === undefined ? database.derive(purpose) : deriveKey(Buffer.from(secret, "utf8"), purpose);
}
