import { type SessionData, Store } from "express-session";
import { answerCallback, itemsOrUnavailable, orUnavailable, storeUnavailable } from "./answer-callback.js";
import type { Sweep } from "./expired-session-sweep.js";
import type { LiveSession } from "./live-session.js";
import { parseSession } from "./parse-session.js";
import { RenewalLog } from "./renewal-log.js";
import { mayCreate, noteCreated } from "./session-creation.js";
import { sessionKeyOf } from "./session-key.js";
import type { SessionStoreUpkeep } from "./session-store.js";
import type { SessionRow, SessionTable } from "./session-table.js";

type Callback<T = void> = (error?: unknown, value?: T) => void;

/** Few enough that a step holds a lock for a moment only. */
const SWEEP_STEP = 100;
/** So many rows of an index take a few milliseconds. */
const COUNT_LIMIT = 100_000;
const LIST_STEP = 200;

/** Sessions as rows of a database's table, which `close` closes. */
export class SqlSessionStore extends Store implements SessionStoreUpkeep {
  readonly sweep: Sweep;
  private readonly renewals: RenewalLog;

  constructor(
    private readonly table: SessionTable,
    ttlSeconds: number,
  ) {
    super();
    this.renewals = new RenewalLog(ttlSeconds);
    this.sweep = async (goOn) => {
      while ((await table.removeExpired(SWEEP_STEP)) === SWEEP_STEP && (await goOn()));
    };
  }

  override get(sessionId: string, callback: Callback<SessionData | null>): void {
    void answerCallback(this.read(sessionKeyOf(sessionId)), callback);
  }

  override set(sessionId: string, session: SessionData, callback?: Callback): void {
    void answerCallback(this.write(sessionKeyOf(sessionId), session), callback);
  }

  override touch(sessionId: string, _session: SessionData, callback?: Callback): void {
    void answerCallback(this.renew(sessionKeyOf(sessionId)), callback);
  }

  override destroy(sessionId: string, callback?: Callback): void {
    void answerCallback(this.end(sessionKeyOf(sessionId)), callback);
  }

  live(): AsyncIterable<LiveSession> {
    return itemsOrUnavailable(this.list());
  }

  end(key: string): Promise<void> {
    this.renewals.forget(key);
    return orUnavailable(this.table.remove(key));
  }

  async check(): Promise<void> {
    try {
      await this.table.check();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async id(): Promise<string> {
    try {
      return await this.table.id();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async count(): Promise<number | null> {
    try {
      const counted = await this.table.count(COUNT_LIMIT + 1);
      return counted > COUNT_LIMIT ? null : counted;
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  close(): Promise<void> {
    return this.table.close();
  }

  private async *list(): AsyncGenerator<LiveSession> {
    let rows: SessionRow[];
    let after = "";
    do {
      rows = await this.table.page(after, LIST_STEP);
      for (const { key, text, idleMs } of rows) {
        const data = parseSession(text);
        if (data) yield { key, data, idleMs };
        after = key;
      }
    } while (rows.length === LIST_STEP);
  }

  private async read(key: string): Promise<SessionData | null> {
    const text = await this.table.read(key);
    return text === null ? null : parseSession(text);
  }

  private async write(key: string, session: SessionData): Promise<void> {
    const text = JSON.stringify(session);
    if (mayCreate(session)) {
      await this.table.create(key, text);
      noteCreated(session);
    } else {
      await this.table.update(key, text);
    }
  }

  private async renew(key: string): Promise<void> {
    if (!this.renewals.claim(key)) return;
    try {
      await this.table.renew(key);
    } catch (error) {
      this.renewals.forget(key);
      throw error;
    }
  }
}
