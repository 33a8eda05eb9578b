import { randomBytes, randomUUID } from "node:crypto";
import type { Repository } from "typeorm";
import { deriveKey } from "../crypto/derive-key.js";
import type { DocumentCipher } from "./document-cipher.js";
import { KEY_CHECK, assertKeyFits } from "./key-check.js";
import { askDatabase } from "./ask-database.js";
import type { Setting } from "./setting.entity.js";

/** What the shared database holds for all nodes: its own id, and one random secret that every other key derives from. */
export class DatabaseSecrets {
  private constructor(
    readonly databaseId: string,
    private readonly rootSecret: Buffer,
  ) {}

  /**
   * Reads them, making them on first use: of several nodes that start together on an empty database one wins, and all
   * use its values. Throws WrongDatabaseKeyError when the winner's keys are not this node's.
   */
  static async load(settings: Repository<Setting>, cipher: DocumentCipher): Promise<DatabaseSecrets> {
    if (cipher.encrypts) {
      assertKeyFits(cipher, await readOrCreate(settings, "key_check", () => cipher.seal(KEY_CHECK)));
    }
    const databaseId = await readOrCreate(settings, "database_id", () => randomUUID());
    const stored = await readOrCreate(settings, "root_secret", () =>
      cipher.seal(JSON.stringify(randomBytes(32).toString("base64"))),
    );
    const plain = cipher.open(stored);
    if (cipher.encrypts && stored === plain) {
      // The database got its key later: the secret must not stay readable beside what it protects.
      await askDatabase(() => settings.update({ name: "root_secret", value: plain }, { value: cipher.seal(plain) }));
    }
    return new DatabaseSecrets(databaseId, Buffer.from(JSON.parse(plain) as string, "base64"));
  }

  /** A key of 32 bytes for one purpose, by HKDF from the root secret: the same on every node, whatever keys rotate. */
  derive(purpose: string): Buffer {
    return deriveKey(this.rootSecret, purpose);
  }
}

async function readOrCreate(settings: Repository<Setting>, name: string, value: () => string): Promise<string> {
  const read = () => askDatabase(() => settings.findOneBy({ name }));
  const existing = await read();
  if (existing) return existing.value;
  await askDatabase(() => settings.createQueryBuilder().insert().values({ name, value: value() }).orIgnore().execute());
  const winner = await read();
  if (!winner) throw new Error(`the database did not keep its setting ${name}`);
  return winner.value;
}
