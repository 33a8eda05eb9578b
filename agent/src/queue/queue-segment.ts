import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

import { decodeRecords, encodeRecord, type QueueRecord } from "./queue-record.js";

/**
 * One file of the queue: records are appended to the newest one and the file is removed when all of them are settled. What is
 * settled is remembered in memory only: after a crash some reports are sent a second time, and servers know a repeat.
 */
export class QueueSegment {
  bytes = 0;
  newestMs = 0;
  /** Records settled or not; of a file found at the start an upper bound until it is read. */
  private count = 0;
  private readonly settled = new Set<number>();
  private fd: number | undefined;
  private synced = true;
  private entrySynced = false;
  private records: QueueRecord[] | undefined;

  constructor(private readonly file: string) {}

  /** A file of an earlier process; nothing is ever appended to it, so that a torn line can only be its last one. */
  static found(file: string, bytes: number, newestMs: number, count: number): QueueSegment {
    const segment = new QueueSegment(file);
    Object.assign(segment, { bytes, newestMs, count });
    return segment;
  }

  get waiting(): number {
    return Math.max(0, this.count - this.settled.size);
  }

  /**
   * Hands the record to the operating system, which keeps it when this process is killed; `sync` makes it outlast a power
   * cut. Returns its offset, or throws when the disk does not take it; nothing may be appended after that.
   */
  append(atMs: number, body: string): number {
    this.fd ??= openSync(this.file, "ax", 0o600);
    const record = encodeRecord(atMs, body);
    const offset = this.bytes;
    const written = writeSync(this.fd, record);
    if (written < record.length) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    this.bytes += written;
    this.count += 1;
    this.newestMs = Math.max(this.newestMs, atMs);
    this.synced = false;
    this.records = undefined;
    return offset;
  }

  /** When it returns, what was appended outlasts a power cut. */
  sync(): void {
    if (this.synced || this.fd === undefined) return;
    fdatasyncSync(this.fd);
    if (!this.entrySynced) syncFolder(path.dirname(this.file));
    this.entrySynced = true;
    this.synced = true;
  }

  /** The records not settled yet, oldest first, and how many damaged lines were found by this very call. */
  unsettled(): { records: QueueRecord[]; damaged: number } {
    let damaged = 0;
    if (this.records === undefined) {
      const decoded = decodeRecords(readFileSync(this.file));
      this.records = decoded.records;
      this.count = decoded.records.length;
      damaged = decoded.damaged;
    }
    return { records: this.records.filter((record) => !this.settled.has(record.offset)), damaged };
  }

  settle(offset: number): void {
    this.settled.add(offset);
  }

  /** An empty segment on the same open file: cheaper for the disk than a new file for every report that is sent at once. */
  emptied(): QueueSegment {
    const next = new QueueSegment(this.file);
    if (this.fd !== undefined) ftruncateSync(this.fd, 0);
    next.fd = this.fd;
    next.entrySynced = this.entrySynced;
    this.fd = undefined;
    return next;
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.records = undefined;
  }

  remove(): void {
    this.close();
    try {
      rmSync(this.file, { force: true });
    } catch {
      // On a failing disk it stays; the next start sends it again, which harms nobody.
    }
  }
}

/** A new file outlasts a power cut only when its folder's entry does. */
function syncFolder(folder: string): void {
  // Windows has no such call and needs none.
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
