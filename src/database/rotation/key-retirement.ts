import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Like, type Repository } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { Incarnations, IssuedStart } from "../incarnations.js";
import { IN_USE, KEY_PREFIX, type Sealers } from "../sealers.js";
import type { Setting } from "../setting.entity.js";

const RETIRING = "retiring ";

/** A node that keeps a key in use: it may still seal with it, or is of a version that does not say. */
export interface KeyHolder {
  readonly name: string;
  /** The key's id; undefined of a node that does not say. */
  readonly keyId: string | undefined;
}

/**
 * Takes keys out of use. First each is marked: from then on no process can be recorded as sealing with it. Only where
 * none is recorded either, a last look through the data is final, and the key's setting may go. A node that wants the key
 * after all takes the mark away, and the key stays. Methods throw BackendUnavailableError.
 */
export class KeyRetirement {
  private startsBefore: ReadonlyMap<string, IssuedStart> = new Map();
  private watchedSince = 0;

  /** Every node of a cluster beats within `patienceMs`; 0 for a node that runs alone. */
  constructor(
    private readonly settings: Repository<Setting>,
    private readonly sealers: Sealers,
    private readonly incarnations: Incarnations,
    private readonly patienceMs: number,
  ) {}

  /** Watches which nodes beat from now on; to be called before `holders`. */
  async watch(): Promise<void> {
    this.startsBefore = await this.incarnations.issued();
    this.watchedSince = performance.now();
  }

  /** Whoever must be gone, or seal with another key, before these keys can retire. */
  async holders(keyIds: readonly string[]): Promise<readonly KeyHolder[]> {
    const sealers = await this.sealers.all();
    const recorded = sealers.flatMap(({ name, keys }) =>
      keys.filter((keyId) => keyIds.includes(keyId)).map((keyId) => ({ name, keyId })),
    );
    const silent = await this.silentNodes(new Set(sealers.map(({ name }) => name)));
    return [...recorded, ...silent.map((name) => ({ name, keyId: undefined }))];
  }

  /** Marks the keys; resolves with this retirement's id, the same one where an earlier run had marked them. */
  async mark(keyIds: readonly string[]): Promise<string> {
    const id = (await this.marked()) ?? randomUUID();
    for (const keyId of keyIds) await this.change(keyId, IN_USE, RETIRING + id);
    return id;
  }

  async unmark(keyIds: readonly string[], id: string): Promise<void> {
    for (const keyId of keyIds) await this.change(keyId, RETIRING + id, IN_USE);
  }

  /** The ids of those that are still marked. */
  async stillMarked(keyIds: readonly string[], id: string): Promise<readonly string[]> {
    const rows = await askDatabase(() => this.settings.findBy({ value: RETIRING + id }));
    return keyIds.filter((keyId) => rows.some(({ name }) => name === KEY_PREFIX + keyId));
  }

  /** A key that has lost its mark, because it is wanted again, stays in use. */
  async retire(keyId: string, id: string): Promise<void> {
    await askDatabase(() => this.settings.delete({ name: KEY_PREFIX + keyId, value: RETIRING + id }));
  }

  /** Nodes that beat and are not recorded: an earlier version does not have itself recorded. */
  private async silentNodes(recorded: ReadonlySet<string>): Promise<readonly string[]> {
    const unrecorded = [...(await this.incarnations.issued()).keys()].filter((name) => !recorded.has(name));
    if (unrecorded.length === 0) return [];
    await sleep(Math.max(this.watchedSince + this.patienceMs - performance.now(), 0));
    const now = await this.incarnations.issued();
    const silent = unrecorded.filter((name) => hasMoved(this.startsBefore.get(name), now.get(name)));
    // One of them may just have stopped: then it beats no more.
    if (silent.length > 0) await this.watch();
    return silent;
  }

  private async marked(): Promise<string | undefined> {
    const rows = await askDatabase(() =>
      this.settings.findBy({ name: Like(`${KEY_PREFIX}%`), value: Like(`${RETIRING}%`) }),
    );
    return rows[0]?.value.slice(RETIRING.length);
  }

  private async change(keyId: string, from: string, to: string): Promise<void> {
    await askDatabase(() => this.settings.update({ name: KEY_PREFIX + keyId, value: from }, { value: to }));
  }
}

function hasMoved(before: IssuedStart | undefined, now: IssuedStart | undefined): boolean {
  return before?.incarnation !== now?.incarnation || before?.sequence !== now?.sequence;
}
