import { randomBytes, randomUUID } from "node:crypto";
import type { Repository } from "typeorm";
import { deriveKey } from "../crypto/derive-key.js";
import { DatabaseKeys } from "./database-keys.js";
import type { DocumentCipher } from "./document-cipher.js";
import type { Sealers } from "./sealers.js";
import type { Setting } from "./setting.entity.js";
import { readOrCreate } from "./stored-settings.js";

/** What the shared database holds for all nodes: its own id, and one random secret that every other key derives from. */
export class DatabaseSecrets {
  private constructor(
    readonly databaseId: string,
    private readonly rootSecret: Buffer,
  ) {}

  /**
   * Reads them, making them on first use: of several nodes that start together on an empty database one wins, and all
   * use its values. Takes up the node's keys first (see DatabaseKeys); throws WrongDatabaseKeyError where they do not fit.
   */
  static async load(
    settings: Repository<Setting>,
    cipher: DocumentCipher,
    { alone, sealers }: { alone: boolean; sealers?: Sealers } = { alone: true },
  ): Promise<DatabaseSecrets> {
    await new DatabaseKeys(settings, cipher, sealers).takeUp({ alone });
    const databaseId = await readOrCreate(settings, "database_id", () => randomUUID());
    const stored = await readOrCreate(settings, "root_secret", () =>
      cipher.seal(JSON.stringify(randomBytes(32).toString("base64"))),
    );
    return new DatabaseSecrets(databaseId, secretIn(cipher, stored));
  }

  /**
   * From the database's settings as they were read, which are left as they are; undefined where a node has yet to make
   * them. Throws InvalidTokenError where no key opens them.
   */
  static of(settings: ReadonlyMap<string, string>, cipher: DocumentCipher): DatabaseSecrets | undefined {
    const [databaseId, stored] = [settings.get("database_id"), settings.get("root_secret")];
    return databaseId === undefined || stored === undefined
      ? undefined
      : new DatabaseSecrets(databaseId, secretIn(cipher, stored));
  }

  /** A key of 32 bytes for one purpose, by HKDF from the root secret: the same on every node, whatever keys rotate. */
  derive(purpose: string): Buffer {
    return deriveKey(this.rootSecret, purpose);
  }
}

function secretIn(cipher: DocumentCipher, stored: string): Buffer {
  return Buffer.from(JSON.parse(cipher.open(stored)) as string, "base64");
}
