import { randomBytes } from "node:crypto";
import { FernetKey } from "../crypto/fernet.js";
import { generatePayloadKey } from "../crypto/payload-cipher.js";

/** A fresh set of keys as lines for the `server` section of a configuration file. */
export function generateKeys(): string {
  return [
    `api_key: "${randomBytes(24).toString("base64url")}"`,
    `db_encryption_key: "${FernetKey.generate()}"`,
    `encryption_key: "${generatePayloadKey()}"`,
  ].join("\n");
}
