import type { Repository } from "typeorm";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { DatabaseKeys } from "../../../src/database/database-keys.js";
import type { DocumentCipher } from "../../../src/database/document-cipher.js";
import type { Setting } from "../../../src/database/setting.entity.js";

/** The database's keys without a database, for tests of timing. */
export class KeysInMemory extends DatabaseKeys {
  readonly recorded = new Set<string>();
  away = false;

  constructor(private readonly documents: DocumentCipher) {
    super(undefined as unknown as Repository<Setting>, documents);
  }

  override inUse(): Promise<ReadonlySet<string>> {
    return this.away
      ? Promise.reject(new BackendUnavailableError("database"))
      : Promise.resolve(new Set(this.recorded));
  }

  override bringIntoUse(keyId: string): Promise<void> {
    if (this.away) return Promise.reject(new BackendUnavailableError("database"));
    this.recorded.add(keyId);
    return Promise.resolve();
  }

  override sealWith(keyId: string): Promise<void> {
    this.documents.sealWith(keyId);
    return Promise.resolve();
  }
}
