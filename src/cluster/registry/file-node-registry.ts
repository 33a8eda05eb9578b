import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import type { NodeRegistry, RegistryEntry } from "./node-registry.js";
import { decodeRecordFile, encodeRecordFile, looksLikeRecordFile, recordFileName } from "./record-file.js";

const ID_FILE = "registry-id";
const TEMPORARY = /^\.writing-[0-9a-f-]{36}$/;
/** No write takes this long: what is older was left behind by a process that died. */
const LEFTOVER_AFTER_MS = 60_000;

/**
 * Node records as files, one per node, in a folder that all nodes share: on one host, or on a network file system. A
 * file is written under a temporary name and renamed, so nobody reads half of one. Ages come from the file server:
 * a record's modification time beside that of a file the reader has just written there itself.
 */
export class FileNodeRegistry implements NodeRegistry {
  constructor(private readonly folder: string) {}

  async publish(nodeId: string, record: string): Promise<void> {
    await this.use(() =>
      this.write(encodeRecordFile(nodeId, record), (temporary) =>
        rename(temporary, join(this.folder, recordFileName(nodeId))),
      ),
    );
  }

  async list(): Promise<readonly RegistryEntry[]> {
    return this.use(async () => {
      const nowMs = await this.write("", async (temporary) => (await stat(temporary)).mtimeMs);
      const entries: RegistryEntry[] = [];
      for (const file of await readdir(this.folder, { withFileTypes: true })) {
        if (!file.isFile()) continue;
        if (TEMPORARY.test(file.name)) await this.removeLeftover(file.name, nowMs);
        if (!looksLikeRecordFile(file.name)) continue;
        const entry = await this.read(file.name, nowMs);
        if (entry) entries.push(entry);
      }
      return entries;
    });
  }

  async remove(nodeId: string): Promise<void> {
    await this.use(() => rm(join(this.folder, recordFileName(nodeId)), { force: true }));
  }

  async id(): Promise<string> {
    const path = join(this.folder, ID_FILE);
    return this.use(async () => {
      const existing = await readFile(path, "utf8").catch(ignoring("ENOENT"));
      if (existing !== undefined) return existing;
      // Unlike rename, link does not replace what another node has put there meanwhile.
      await this.write(randomUUID(), (temporary) => link(temporary, path).catch(ignoring("EEXIST")));
      return readFile(path, "utf8");
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Writes a private file under a temporary name for `place` to put where it belongs, or to look at. */
  private async write<T>(content: string, place: (temporary: string) => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const temporary = join(this.folder, `.writing-${randomUUID()}`);
    try {
      await writeFile(temporary, content, { mode: 0o600, flag: "wx" });
      return await place(temporary);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async read(name: string, nowMs: number): Promise<RegistryEntry | undefined> {
    // Time and content through one handle: the name may belong to the next record a moment later. A file that was
    // removed or replaced under the reader (ESTALE on NFS) is seen at the next reading.
    let file: FileHandle | undefined;
    try {
      file = await open(join(this.folder, name), "r");
      const { mtimeMs } = await file.stat();
      const decoded = decodeRecordFile(name, await file.readFile("utf8"));
      return decoded && { ...decoded, ageMs: Math.max(0, nowMs - mtimeMs) };
    } catch (error) {
      ignoring("ENOENT", "ESTALE")(error);
      return undefined;
    } finally {
      await file?.close();
    }
  }

  private async removeLeftover(name: string, nowMs: number): Promise<void> {
    const path = join(this.folder, name);
    const found = await stat(path).catch(ignoring("ENOENT", "ESTALE"));
    if (found && nowMs - found.mtimeMs > LEFTOVER_AFTER_MS) await rm(path, { force: true });
  }

  private async use<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw codeOf(error) === undefined ? error : new BackendUnavailableError("cluster registry", error);
    }
  }
}

function ignoring(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(codeOf(error) ?? "")) throw error;
    return undefined;
  };
}

/** Node's name for what the operating system refused. */
function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
