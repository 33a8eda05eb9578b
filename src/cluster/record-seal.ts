import { createHash } from "node:crypto";
import type { RecordSigner } from "../crypto/record-signer.js";

/**
 * What a node puts under its records: a signature, and a digest of the database's random id. The digest is not secret and
 * proves nothing. It tells whoever cannot verify the signature that this may be so because the databases differ.
 */
export class RecordSeal {
  readonly database: string;

  constructor(
    readonly signer: RecordSigner,
    databaseId: string,
  ) {
    this.database = createHash("sha256").update(`fleet database ${databaseId}`).digest("hex").slice(0, 32);
  }
}
