import { Injectable } from "@nestjs/common";
import { KeyedHash } from "../../crypto/keyed-hash.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";

/** Keyed hashes of API keys: alike on every node, useless to who holds only the database. */
@Injectable()
export class ApiKeyHash {
  private readonly hash: KeyedHash;

  constructor(secrets: DatabaseSecrets) {
    this.hash = new KeyedHash(secrets.derive("api-key"));
  }

  of(key: string): string {
    return this.hash.hex(key);
  }
}
