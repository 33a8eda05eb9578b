import path from "node:path";

import type { QueueRecord } from "./queue-record.js";
import { QueueSegment } from "./queue-segment.js";
import { foundSegments } from "./found-segments.js";

export interface QueueLimits {
  maxBytes: number;
  /** Older reports are not worth sending: servers believe a report's own time for seven days only. */
  maxAgeMs: number;
}

/** Where a report lies, to settle it later. */
export interface Place {
  segment: QueueSegment;
  offset: number;
}

/** A report that waits for delivery. */
export interface WaitingReport {
  place: Place;
  body: string;
}

/** Reports given up, by the reason. */
export interface GivenUp {
  full: number;
  tooOld: number;
  damaged: number;
}

const LONGEST_SEGMENT = 512 * 1024;

/**
 * The reports no server has taken yet, oldest first, in small append-only files of a private folder. Killed at any instant it
 * loses nothing that `append` has returned for, after a power cut nothing that `sync` has; a report being delivered just then
 * may come up once more. Past its bounds it gives up the oldest.
 */
export class ReportQueue {
  private readonly segments: QueueSegment[];
  /** The last of `segments`, while it may be appended to. */
  private tail: QueueSegment | null = null;
  private nextNumber: number;
  private readonly segmentBytes: number;
  private givenUp: GivenUp = { full: 0, tooOld: 0, damaged: 0 };

  /** `folder` belongs to this process alone (see QueueLock). Throws when it cannot be made or read. */
  constructor(
    private readonly folder: string,
    private readonly limits: QueueLimits,
    private readonly nowMs: () => number = Date.now,
  ) {
    const found = foundSegments(folder);
    this.segments = found.segments;
    this.nextNumber = found.lastNumber + 1;
    this.segmentBytes = Math.min(LONGEST_SEGMENT, limits.maxBytes / 8);
    this.enforceLimits();
  }

  /** How many reports wait; after a crash this counts some that were delivered already. */
  get waiting(): number {
    return this.segments.reduce((sum, segment) => sum + segment.waiting, 0);
  }

  /** Puts a report at the end. Throws when the disk does not take it; what lies there already stays. */
  append(atMs: number, body: string): Place {
    if (this.tail !== null && this.tail.bytes + body.length > this.segmentBytes) this.closeTail();
    const segment = this.tail ?? this.startSegment();
    try {
      return { segment, offset: segment.append(atMs, body) };
    } catch (error) {
      // It may end in a part of a line now, which must stay its last one.
      this.tail = null;
      segment.close();
      this.removeIfSettled(segment);
      throw error;
    } finally {
      this.enforceLimits();
    }
  }

  /** Makes everything appended so far outlast a power cut. Throws when the disk fails. */
  sync(): void {
    this.tail?.sync();
  }

  /** The oldest waiting reports except the one at `except`: at most `max`, all out of one file. */
  oldest(max: number, except: Place | null): WaitingReport[] {
    this.enforceLimits();
    for (const segment of [...this.segments]) {
      if (segment === this.tail && segment.waiting === 0) continue;
      const waiting = this.recordsOf(segment)
        .filter((record) => except?.segment !== segment || except.offset !== record.offset)
        .slice(0, max)
        .map((record) => ({ place: { segment, offset: record.offset }, body: record.body }));
      if (waiting.length > 0) return waiting;
    }
    return [];
  }

  /** Delivered, or refused for good: these do not come up again. */
  settle(places: Place[]): void {
    for (const { segment, offset } of places) segment.settle(offset);
    for (const segment of new Set(places.map((place) => place.segment))) this.removeIfSettled(segment);
  }

  /** What was given up since the last call. */
  takeGivenUp(): GivenUp {
    const taken = this.givenUp;
    this.givenUp = { full: 0, tooOld: 0, damaged: 0 };
    return taken;
  }

  private startSegment(): QueueSegment {
    const name = `${String(this.nextNumber).padStart(10, "0")}.reports`;
    this.nextNumber += 1;
    this.tail = new QueueSegment(path.join(this.folder, name));
    this.segments.push(this.tail);
    return this.tail;
  }

  private closeTail(): void {
    const tail = this.tail;
    this.tail = null;
    try {
      tail?.sync();
    } finally {
      tail?.close();
    }
  }

  private recordsOf(segment: QueueSegment): QueueRecord[] {
    const { records, damaged } = this.read(segment);
    this.givenUp.damaged += damaged;
    const horizonMs = this.nowMs() - this.limits.maxAgeMs;
    const tooOld = records.filter((record) => record.atMs < horizonMs);
    this.givenUp.tooOld += tooOld.length;
    for (const record of tooOld) segment.settle(record.offset);
    this.removeIfSettled(segment);
    return records.filter((record) => record.atMs >= horizonMs);
  }

  /** A file that cannot be read any more must not hold up those behind it. */
  private read(segment: QueueSegment): ReturnType<QueueSegment["unsettled"]> {
    try {
      return segment.unsettled();
    } catch {
      const lost = segment.waiting;
      this.drop(segment);
      return { records: [], damaged: lost };
    }
  }

  private removeIfSettled(segment: QueueSegment): void {
    const index = this.segments.indexOf(segment);
    if (segment.waiting > 0 || index < 0) return;
    if (segment !== this.tail) {
      this.drop(segment);
      return;
    }
    try {
      // A new object: a place in the old one must never mean a record that is written there later.
      this.tail = segment.emptied();
      this.segments[index] = this.tail;
    } catch {
      this.drop(segment);
    }
  }

  private drop(segment: QueueSegment): void {
    const index = this.segments.indexOf(segment);
    if (index >= 0) this.segments.splice(index, 1);
    if (segment === this.tail) this.tail = null;
    segment.remove();
  }

  private enforceLimits(): void {
    let bytes = this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of [...this.segments]) {
      const full = bytes > this.limits.maxBytes;
      const tooOld = segment.newestMs < this.nowMs() - this.limits.maxAgeMs;
      if (segment === this.tail || (!full && !tooOld)) return;
      this.givenUp[full ? "full" : "tooOld"] += segment.waiting;
      bytes -= segment.bytes;
      this.drop(segment);
    }
  }
}
