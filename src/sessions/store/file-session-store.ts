import { type SessionData, Store } from "express-session";
import { answerCallback, itemsOrUnavailable, orUnavailable, storeUnavailable } from "./answer-callback.js";
import type { Sweep } from "./expired-session-sweep.js";
import type { LiveSession } from "./live-session.js";
import { parseSession } from "./parse-session.js";
import { RenewalLog } from "./renewal-log.js";
import { mayCreate, noteCreated } from "./session-creation.js";
import { sessionFolderSweep } from "./session-folder-sweep.js";
import { SessionFolder } from "./session-folder.js";
import { sessionKeyOf } from "./session-key.js";
import type { SessionStoreUpkeep } from "./session-store.js";

type Callback<T = void> = (error?: unknown, value?: T) => void;

/** Each costs a look at its file. */
const COUNT_LIMIT = 2_000;

/** Sessions as files: for one host, or for several that share a folder. */
export class FileSessionStore extends Store implements SessionStoreUpkeep {
  readonly sweep: Sweep;
  private readonly renewals: RenewalLog;

  private constructor(
    private readonly folder: SessionFolder,
    private readonly ttlSeconds: number,
  ) {
    super();
    this.renewals = new RenewalLog(ttlSeconds);
    this.sweep = sessionFolderSweep(folder, ttlSeconds);
  }

  /** Makes the folder where it is missing; throws where that is not possible. */
  static async open(path: string, ttlSeconds: number): Promise<FileSessionStore> {
    return new FileSessionStore(await SessionFolder.open(path), ttlSeconds);
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
    return orUnavailable(this.folder.remove(key));
  }

  async check(): Promise<void> {
    try {
      await this.folder.check();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async id(): Promise<string> {
    try {
      return await this.folder.id();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async count(): Promise<number | null> {
    try {
      let count = 0;
      let seen = 0;
      for await (const entry of this.folder.names()) {
        if (entry.leftover) continue;
        if (++seen > COUNT_LIMIT) return null;
        const ageMs = await this.folder.ageMs(entry);
        if (ageMs !== null && ageMs <= this.ttlSeconds * 1000) count++;
      }
      return count;
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  /** Nothing stays open between two calls. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async *list(): AsyncGenerator<LiveSession> {
    // An empty place where the folder is to be mounted holds no sessions, but that is no news of them.
    await this.folder.check();
    for await (const { name, leftover } of this.folder.names()) {
      const found = leftover ? null : await this.folder.read(name);
      const data = found && parseSession(found.text);
      if (!data) continue;
      const idleMs = Math.max((await this.folder.clock.nowMs()) - found.usedAtMs, 0);
      if (idleMs <= this.ttlSeconds * 1000) yield { key: name, data, idleMs };
    }
  }

  private async read(name: string): Promise<SessionData | null> {
    const found = await this.folder.read(name);
    if (!found) return null;
    if ((await this.folder.clock.nowMs()) - found.usedAtMs <= this.ttlSeconds * 1000) return parseSession(found.text);
    await this.folder.remove(name);
    return null;
  }

  private async write(name: string, session: SessionData): Promise<void> {
    const text = JSON.stringify(session);
    if (mayCreate(session)) {
      await this.folder.create(name, text);
      noteCreated(session);
    } else {
      await this.folder.replace(name, text);
    }
  }

  private async renew(name: string): Promise<void> {
    if (!this.renewals.claim(name)) return;
    try {
      await this.folder.renew(name);
    } catch (error) {
      this.renewals.forget(name);
      throw error;
    }
  }
}
