import { randomUUID } from "node:crypto";
import { access, link, mkdir, open, opendir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FolderClock } from "./folder-clock.js";

const SESSION_FILE = "session.json";
const CLOCK_FILE = "clock";
const ID_FILE = "store-id";

/**
 * A folder of sessions that several processes, also on several hosts, may use at once. Each session is a folder of its
 * own, named by `sessionKeyOf`, with one file in it, whose modification time is the session's last use.
 *
 * The folder around the file is what keeps ended sessions ended: ending one moves the folder away in one step, and
 * whoever is about to replace the file in it, however long ago they looked, then finds no place to put theirs.
 */
export class SessionFolder {
  readonly clock: FolderClock;

  private constructor(private readonly path: string) {
    this.clock = new FolderClock(join(path, CLOCK_FILE));
  }

  /** Makes the folder where it is missing, for this user only. */
  static async open(path: string): Promise<SessionFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const clockFile = await open(join(path, CLOCK_FILE), "a", 0o600);
    await clockFile.close();
    return new SessionFolder(path);
  }

  /** The session's text and when it was last used, by `clock`; null where there is none. */
  async read(name: string): Promise<{ text: string; usedAtMs: number } | null> {
    return this.unlessMissing(async () => {
      const file = await open(this.fileOf(name), "r");
      try {
        const { mtimeMs } = await file.stat();
        return { text: await file.readFile("utf8"), usedAtMs: mtimeMs };
      } finally {
        await file.close();
      }
    });
  }

  async create(name: string, text: string): Promise<void> {
    const draft = join(this.path, `.new-${randomUUID()}`);
    await mkdir(draft, { mode: 0o700 });
    await writeFile(join(draft, SESSION_FILE), text, { mode: 0o600 });
    await rename(draft, join(this.path, name));
  }

  /** Replaces the text of a session that exists; does nothing where there is none. */
  async replace(name: string, text: string): Promise<void> {
    const draft = join(this.path, name, `.new-${randomUUID()}`);
    await this.unlessMissing(async () => {
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, this.fileOf(name));
    });
  }

  /** Marks a session that exists as used now; does nothing where there is none. */
  async renew(name: string): Promise<void> {
    const now = new Date(await this.clock.nowMs());
    await this.unlessMissing(() => utimes(this.fileOf(name), now, now));
  }

  /** Ends the session or removes the leftover of this name, if there is one. */
  async remove(name: string): Promise<void> {
    const ended = join(this.path, `.ended-${randomUUID()}`);
    const moved = await this.unlessMissing(() => rename(join(this.path, name), ended).then(() => true));
    // What cannot be deleted now is a leftover that a later sweep finds.
    if (moved) await rm(ended, { recursive: true, force: true }).catch(() => undefined);
  }

  /** The names of all sessions, and of what processes that died in the middle of a step have left over. */
  async *names(): AsyncGenerator<{ name: string; leftover: boolean }> {
    for await (const { name } of await opendir(this.path)) {
      if (/^\.(new|ended)-/.test(name)) yield { name, leftover: true };
      else if (/^[0-9a-f]{64}$/.test(name)) yield { name, leftover: false };
    }
  }

  /** How long ago the session was used, or the leftover was left; null where it is gone. Milliseconds. */
  async ageMs({ name, leftover }: { name: string; leftover: boolean }): Promise<number | null> {
    const found = await this.unlessMissing(() => stat(leftover ? join(this.path, name) : this.fileOf(name)));
    return found && (await this.clock.nowMs()) - found.mtimeMs;
  }

  /** The random id of this folder, made by the first who asks. */
  async id(): Promise<string> {
    await this.check();
    const path = join(this.path, ID_FILE);
    const kept = await this.unlessMissing(() => readFile(path, "utf8"));
    if (kept !== null) return kept;
    const draft = join(this.path, `.new-${randomUUID()}`);
    await writeFile(draft, randomUUID(), { mode: 0o600 });
    // Unlike rename, link does not replace what another node has put there meanwhile.
    await link(draft, path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    await rm(draft, { force: true });
    return readFile(path, "utf8");
  }

  /** Throws unless the folder can be used and is the one that was opened. */
  async check(): Promise<void> {
    await access(join(this.path, CLOCK_FILE));
  }

  private fileOf(name: string): string {
    return join(this.path, name, SESSION_FILE);
  }

  /** Null where what `operation` works on does not exist; but throws where the whole folder is not there. */
  private async unlessMissing<T>(operation: () => Promise<T>): Promise<T | null> {
    try {
      return await operation();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await this.check();
      return null;
    }
  }
}
