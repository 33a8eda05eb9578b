import { setTimeout as sleep } from "node:timers/promises";
import { BackendUnavailableError } from "../common/fleet-error.js";

const CAPACITY = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Where what could not be kept is told. */
interface NoteQueueOptions<T> {
  /** Throws BackendUnavailableError where it may be tried again. */
  readonly store: (note: T) => Promise<void>;
  /** So many were not kept, for this reason. */
  readonly lost: (count: number, reason: string) => void;
  readonly capacity?: number;
  readonly firstPauseMs?: number;
}

/**
 * Keeps facts in memory until the database has taken them, in their order. While it is away they are tried again, at
 * growing intervals; past `capacity` new ones are counted and dropped, since the first ones tell how it began.
 */
export class NoteQueue<T> {
  private readonly waiting: T[] = [];
  private readonly capacity: number;
  private readonly firstPauseMs: number;
  private readonly pause = new AbortController();
  private running: Promise<void> | undefined;
  private ended = false;
  private dropped = 0;

  constructor(private readonly options: NoteQueueOptions<T>) {
    this.capacity = options.capacity ?? CAPACITY;
    this.firstPauseMs = options.firstPauseMs ?? FIRST_PAUSE_MS;
  }

  add(note: T): void {
    if (this.ended) this.options.lost(1, "this node stops");
    else if (this.waiting.length < this.capacity) {
      this.waiting.push(note);
      this.running ??= this.storeAll();
    } else if (this.dropped++ === 0) this.options.lost(1, "too many wait for the database; more may follow");
  }

  /** Tries once more to keep what waits, for at most `limitMs` milliseconds. Nothing is taken afterwards. */
  async close(limitMs: number): Promise<void> {
    this.ended = true;
    this.pause.abort();
    const enough = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: enough.signal }).catch(() => undefined);
    await Promise.race([this.running, limit]);
    enough.abort();
    const left = this.waiting.splice(0).length;
    if (left > 0) this.options.lost(left, "this node stops and the database did not take them");
  }

  private async storeAll(): Promise<void> {
    let pauseMs = this.firstPauseMs;
    for (let note = this.waiting[0]; note !== undefined; note = this.waiting[0]) {
      try {
        await this.options.store(note);
        this.waiting.shift();
        pauseMs = this.firstPauseMs;
        this.tellDropped();
      } catch (error) {
        if (error instanceof BackendUnavailableError) {
          if (this.ended) break;
          await sleep(pauseMs, undefined, { signal: this.pause.signal, ref: false }).catch(() => undefined);
          pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        } else {
          // It would stand in the way of all others for ever.
          this.waiting.shift();
          this.options.lost(1, error instanceof Error ? error.message : String(error));
        }
      }
    }
    // In the same breath as the last look at the queue, or a note added between the two would wait for the next one.
    this.running = undefined;
  }

  private tellDropped(): void {
    // The first one was told when it was dropped.
    if (this.dropped > 1) this.options.lost(this.dropped - 1, "too many waited for the database");
    this.dropped = 0;
  }
}
