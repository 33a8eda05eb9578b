import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { deriveKey } from "../crypto/derive-key.js";
import { RecordSigner } from "../crypto/record-signer.js";
import { DatabaseSecrets } from "../database/database-secrets.js";

const PURPOSE = "node-record";

/** Signs node records with a key that every node of the cluster derives alike. */
export const recordSignerProvider: Provider = {
  provide: RecordSigner,
  inject: [CLUSTER_CONFIG, DatabaseSecrets],
  useFactory: ({ secret }: ClusterConfig, database: DatabaseSecrets): RecordSigner =>
    new RecordSigner(secret === undefined ? database.derive(PURPOSE) : deriveKey(Buffer.from(secret, "utf8"), PURPOSE)),
};
