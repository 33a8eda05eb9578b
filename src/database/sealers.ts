import type { OnApplicationShutdown } from "@nestjs/common";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Like, type Repository } from "typeorm";
import { askDatabase } from "./ask-database.js";
import type { Setting } from "./setting.entity.js";
import { readSetting } from "./stored-settings.js";

/** A process that may seal something, by the name of its node, and the ids of the keys it may do so with. */
export interface Sealer {
  readonly name: string;
  readonly keys: readonly string[];
}

/** How a key in use is recorded: with `sealing_key:<id>` as the setting's name. A key that retires has another value. */
export const KEY_PREFIX = "sealing_key:";
export const IN_USE = "in use";

const PREFIX = "sealer:";
/**
 * So often in a row, a second apart, this process must have been awake with the database answering before what it sealed
 * with its former key counts as stored: longer than a report is tried, and than an event waits for the next try.
 */
const TURNS_TO_SETTLE = 40;
const TURN_MS = 1_000;

/**
 * Who seals with which key, as recorded in the database before it happens. The rotation of keys takes a key out of use
 * only where nobody is recorded for it, and nobody can have himself recorded for a key that is out of use or on its way
 * there. A process that died stays recorded until its node starts again or is forgotten: it may only be frozen. Methods
 * throw BackendUnavailableError.
 */
export class Sealers implements OnApplicationShutdown {
  private readonly token = randomUUID();
  private readonly stopped = new AbortController();
  private recorded: string | undefined;
  private settling = new AbortController();

  /** `name` is this process's node. A process that is recorded under the same name replaces the earlier one. */
  constructor(
    private readonly settings: Repository<Setting>,
    private readonly name: string,
  ) {}

  /** Records the key besides the `former` one. False where the key is not in use: then it must seal nothing. */
  async add(keyId: string, former: string | undefined): Promise<boolean> {
    this.settling.abort();
    const keys = former === undefined || former === keyId ? [keyId] : [keyId, former];
    const value = this.valueOf(keys);
    if (!(await this.store(value, keyId))) return false;
    this.recorded = value;
    if (keys.length > 1) this.settleSoon(keyId);
    return true;
  }

  async all(): Promise<readonly Sealer[]> {
    const rows = await askDatabase(() => this.settings.findBy({ name: Like(`${PREFIX}%`) }));
    return rows.map(({ name, value }) => ({
      name: name.slice(PREFIX.length),
      keys: (JSON.parse(value) as { keys: readonly string[] }).keys,
    }));
  }

  /** For a node of which somebody knows that it has ended for good. */
  async forget(name: string): Promise<void> {
    await askDatabase(() => this.settings.delete({ name: PREFIX + name }));
  }

  /** Whatever this process sealed is stored by now. Where the database is away the record stays, and is replaced at the next start. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    const value = this.recorded;
    if (value === undefined) return;
    const withdrawn = askDatabase(() => this.settings.delete({ name: PREFIX + this.name, value }), {
      giveUpAfterMs: 1_000,
    });
    await withdrawn.catch(() => undefined);
  }

  /** In one statement with a look at the key, whose row it locks on PostgreSQL: who retires the key waits, or comes first. */
  private async store(value: string, keyId: string): Promise<boolean> {
    const { dataSource } = this.settings.manager;
    const lock = dataSource.options.type === "postgres" ? "FOR SHARE" : "";
    const rows = await askDatabase(
      () => dataSource.sql<unknown[]>`
        WITH held AS (SELECT 1 FROM settings WHERE name = ${KEY_PREFIX + keyId} AND value = ${IN_USE} ${() => lock})
        INSERT INTO settings (name, value)
        SELECT CAST(${PREFIX + this.name} AS text), CAST(${value} AS text) FROM held WHERE true
        ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name`,
    );
    return rows.length > 0;
  }

  private settleSoon(keyId: string): void {
    this.settling = new AbortController();
    const ended = AbortSignal.any([this.settling.signal, this.stopped.signal]);
    void this.settle(keyId, ended).catch(() => {
      if (!ended.aborted) this.settleSoon(keyId);
    });
  }

  /** In many short turns: the time of a process that was frozen goes on, and says nothing about what it has done. */
  private async settle(keyId: string, ended: AbortSignal): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_SETTLE;) {
      await sleep(TURN_MS, undefined, { signal: ended, ref: false });
      const isAnswered = await readSetting(this.settings, KEY_PREFIX + keyId).then(
        () => true,
        () => false,
      );
      turns = isAnswered ? turns + 1 : 0;
    }
    const former = this.recorded ?? "";
    const value = this.valueOf([keyId]);
    // A later process of this node has taken the row over where it is no longer as this one left it.
    await askDatabase(() => this.settings.update({ name: PREFIX + this.name, value: former }, { value }));
    if (!ended.aborted) this.recorded = value;
  }

  private valueOf(keys: readonly string[]): string {
    return JSON.stringify({ process: this.token, keys });
  }
}
