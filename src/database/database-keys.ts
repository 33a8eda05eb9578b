import { Logger } from "@nestjs/common";
import { Like, type Repository } from "typeorm";
import type { DocumentCipher } from "./document-cipher.js";
import { KEY_CHECK, KEY_CHECK_SETTING, assertKeyFits, missingKeys } from "./key-check.js";
import { askDatabase } from "./ask-database.js";
import { IN_USE, KEY_PREFIX, type Sealers } from "./sealers.js";
import type { Setting } from "./setting.entity.js";
import { readOrCreate, readSetting } from "./stored-settings.js";

/** A key that retires while a node starts is one that this node need not seal with. */
const MAX_CHOICES = 5;

/** The key is no longer in use, or not yet: what it seals others might be unable to open. */
class KeyOutOfUseError extends Error {
  readonly code = "KEY_OUT_OF_USE";

  constructor(keyId: string) {
    super(`the database key ${keyId} is not in use`);
    this.name = "KeyOutOfUseError";
  }
}

/**
 * This node's database keys, and which keys are in use: what may have sealed something in the database, recorded there
 * before it does, one setting for each, so that nodes which bring different keys into use never overwrite each other. A key
 * once in use stays so until a rotation retires it (see KeyRetirement). Every serving node lists all keys in use, so what
 * any of them seals each of them opens. Every method throws BackendUnavailableError when the database cannot be used.
 */
export class DatabaseKeys {
  constructor(
    private readonly settings: Repository<Setting>,
    private readonly cipher: DocumentCipher,
    /** Where this process is recorded before it seals; none where nothing is ever rotated. */
    private readonly sealers?: Sealers,
  ) {}

  /** The ids of the keys this node lists, in their order. */
  get listed(): readonly string[] {
    return this.cipher.keyIds;
  }

  /** The id of the key this node seals with; undefined where it stores readable text. */
  get sealing(): string | undefined {
    return this.cipher.sealingKey;
  }

  /** The ids of the keys in use. */
  async inUse(): Promise<ReadonlySet<string>> {
    const rows = await askDatabase(() => this.settings.findBy({ name: Like(`${KEY_PREFIX}%`) }));
    return new Set(rows.map(({ name }) => name.slice(KEY_PREFIX.length)));
  }

  /**
   * At start, before anything is sealed: seals with the first of this node's keys that is in use; a node that runs
   * `alone`, and in whose database no cluster ever ran, brings its very first into use. A new database takes the node's first key as its own. Data that is stored
   * readable so far stays so in a cluster until a key comes into use. Throws WrongDatabaseKeyError unless the node lists
   * every key in use.
   */
  async takeUp({ alone }: { alone: boolean }): Promise<void> {
    let keyCheck = await readSetting(this.settings, KEY_CHECK_SETTING);
    if (keyCheck === undefined && this.cipher.encrypts && (await this.isNew())) {
      keyCheck = await this.keyCheckOf(this.listed[0]);
    }
    if (keyCheck !== undefined) {
      assertKeyFits(this.cipher, keyCheck);
      const sealer = this.cipher.sealerOf(keyCheck);
      // Only in a database that knows of none: a rotation may have sealed the check anew since it was read.
      if (sealer !== undefined && (await this.inUse()).size === 0) await this.bringIntoUse(sealer);
    }
    this.cipher.sealWith(undefined);
    const mayBringIntoUse = alone && !(await this.servesCluster());
    for (let choice = 1; ; choice++) {
      try {
        await this.sealWithFirst({ mayBringIntoUse });
        break;
      } catch (error) {
        if (!(error instanceof KeyOutOfUseError) || choice === MAX_CHOICES) throw error;
      }
    }
    if (alone && this.sealing !== this.listed[0]) {
      new Logger("Database").warn(
        `The database key ${this.listed[0] ?? ""} does not come into use: a cluster has used this database, and a node ` +
          "that runs alone cannot know whether it still does. Start it with cluster.enabled: true.",
      );
    }
  }

  /** Records, durably, that this key may have sealed something from now on. */
  async bringIntoUse(keyId: string): Promise<void> {
    await readOrCreate(this.settings, KEY_PREFIX + keyId, () => IN_USE);
    await this.keepInUse(keyId);
  }

  /**
   * From now on this key, which must be in use (else KeyOutOfUseError), seals. In a database that had none the root
   * secret, which must not stay readable beside what it protects, is sealed first.
   */
  async sealWith(keyId: string): Promise<void> {
    if (this.sealers) {
      await this.keepInUse(keyId);
      if (!(await this.sealers.add(keyId, this.sealing))) throw new KeyOutOfUseError(keyId);
    }
    if (this.sealing === undefined) await this.protect(keyId);
    this.cipher.sealWith(keyId);
  }

  /** For a node that nobody has heard of for so long that it has left the list. */
  async forgetNode(nodeId: string): Promise<void> {
    await this.sealers?.forget(nodeId);
  }

  private async sealWithFirst({ mayBringIntoUse }: { mayBringIntoUse: boolean }): Promise<void> {
    const inUse = await this.inUse();
    const missing = missingKeys(this.listed, inUse);
    if (missing) throw missing;
    const first = mayBringIntoUse ? this.listed[0] : this.listed.find((id) => inUse.has(id));
    if (first === undefined) return;
    if (mayBringIntoUse) await this.bringIntoUse(first);
    await this.sealWith(first);
  }

  /** A key that is wanted does not retire: the rotation finds its mark gone. A key that is out of use stays so. */
  private async keepInUse(keyId: string): Promise<void> {
    await askDatabase(() => this.settings.update({ name: KEY_PREFIX + keyId }, { value: IN_USE }));
  }

  private async protect(keyId: string): Promise<void> {
    const stored = await readSetting(this.settings, "root_secret");
    if (stored !== undefined && this.cipher.sealerOf(stored) === undefined) {
      const value = this.cipher.seal(stored, keyId);
      await askDatabase(() => this.settings.update({ name: "root_secret", value: stored }, { value }));
    }
    await this.keyCheckOf(keyId);
  }

  private keyCheckOf(keyId: string | undefined): Promise<string> {
    return readOrCreate(this.settings, KEY_CHECK_SETTING, () => this.cipher.seal(KEY_CHECK, keyId));
  }

  /** Nodes that do not list a key in use stop: one that was only forgotten to be told of its cluster must not do that. */
  private async servesCluster(): Promise<boolean> {
    const rows = await askDatabase(
      () => this.settings.manager.dataSource.sql<unknown[]>`SELECT 1 FROM node_incarnations LIMIT 1`,
    );
    return rows.length > 0;
  }

  private async isNew(): Promise<boolean> {
    return (await readSetting(this.settings, "root_secret")) === undefined;
  }
}
