import { Injectable, Logger } from "@nestjs/common";
import { explainFailure } from "../../common/explain-failure.js";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import { DatabaseClock } from "../../database/database-clock.js";
import type { ApiKey } from "./api-key.entity.js";
import { ApiKeyHash } from "./api-key-hash.js";
import { ApiKeyTable } from "./api-key-table.js";
import { hasKeyForm } from "./api-key-text.js";

/** A key that was deleted on another node opens nothing after this time. */
const ASK_EVERY_MS = 5_000;
/** While the database is away, a key that was good goes on for so long. */
const TRUST_MS = 5 * 60_000;
const NOTE_USE_EVERY_MS = 60_000;
/** Past this those asked for longest ago are forgotten, which costs them one more question. */
const MAX_ENTRIES = 1_000;

interface Answer {
  readonly askedAtMs: number;
  readonly key: ApiKey | null;
}

/** Finds the API key that a program calls with; of each key the database is asked every few seconds at most. */
@Injectable()
export class ApiKeyLookup {
  private readonly logger = new Logger("Auth");
  private readonly answers = new Map<string, Answer>();
  /** Kept apart, so that however many wrong keys come, the good ones are not forgotten over them. */
  private readonly misses = new Map<string, Answer>();
  private readonly questions = new Map<string, Promise<ApiKey | null>>();
  private readonly usesNotedAtMs = new Map<string, number>();

  constructor(
    private readonly table: ApiKeyTable,
    private readonly hash: ApiKeyHash,
    private readonly clock: DatabaseClock,
  ) {}

  /** Undefined for a key that there is not, or that has expired. Throws BackendUnavailableError where nobody can know. */
  async find(text: string): Promise<ApiKey | undefined> {
    if (!hasKeyForm(text)) return undefined;
    const hash = this.hash.of(text);
    const key = await this.known(hash);
    if (!key || (key.expiresAt !== null && key.expiresAt <= this.clock.nowMs())) return undefined;
    this.noteUse(key);
    return key;
  }

  private async known(hash: string): Promise<ApiKey | null> {
    const known = this.answers.get(hash) ?? this.misses.get(hash);
    if (known && performance.now() - known.askedAtMs < ASK_EVERY_MS) return known.key;
    try {
      return await this.ask(hash);
    } catch (error) {
      const isTrusted = known?.key && performance.now() - known.askedAtMs < TRUST_MS;
      if (error instanceof BackendUnavailableError && isTrusted) return known.key;
      throw error;
    }
  }

  /** Requests that come at once share one question. */
  private ask(hash: string): Promise<ApiKey | null> {
    const asked = this.questions.get(hash);
    if (asked) return asked;
    const askedAtMs = performance.now();
    const question = this.table
      .findByHash(hash)
      .then((key) => {
        this.keep(hash, { askedAtMs, key });
        return key;
      })
      .finally(() => this.questions.delete(hash));
    this.questions.set(hash, question);
    return question;
  }

  private keep(hash: string, answer: Answer): void {
    // Deleted first, so that each map stays in the order of the questions.
    this.answers.delete(hash);
    this.misses.delete(hash);
    const kept = answer.key ? this.answers : this.misses;
    kept.set(hash, answer);
    const [oldest] = kept.keys();
    if (kept.size > MAX_ENTRIES && oldest !== undefined) kept.delete(oldest);
  }

  /** Nobody waits for it. */
  private noteUse({ id }: ApiKey): void {
    const nowMs = performance.now();
    if (nowMs - (this.usesNotedAtMs.get(id) ?? -Infinity) < NOTE_USE_EVERY_MS) return;
    this.usesNotedAtMs.set(id, nowMs);
    this.table.noteUse(id, this.clock.nowMs()).catch((error: unknown) => {
      this.logger.debug(`The use of an API key could not be noted: ${explainFailure(error)}`);
    });
  }
}
