import { Inject, Injectable, Logger } from "@nestjs/common";
import type { ServerResponse } from "node:http";
import { explainFailure } from "../../common/explain-failure.js";
import { FleetError } from "../../common/fleet-error.js";
import { SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { LoginCounters } from "../throttling/login-counters.js";
import type { ApiKey } from "./api-key.entity.js";
import { type ApiKeyUse, allowanceOf, minuteOf } from "./api-key-use.js";

/** Nodes tell each other so often at most, by the shared counter; so far past a limit can all of them get together. */
const TELL_EVERY_MS = 1_000;
/** Longer than the minute it counts, and short enough that little lies around. */
const COUNTER_SECONDS = 120;
/** Past this, what keys did in earlier minutes is forgotten. */
const MAX_ENTRIES = 1_000;

interface Counted {
  readonly use: ApiKeyUse;
  toldAtMs: number;
}

/**
 * Holds every API key to its requests a minute. Each node counts for itself and tells the others once a second, so that
 * no request waits for a counter; while the shared counters are away, each node goes on by what it knows.
 */
@Injectable()
export class ApiKeyLimits {
  private readonly logger = new Logger("Auth");
  private readonly counted = new Map<string, Counted>();

  constructor(
    @Inject(SERVER_CONFIG) private readonly server: ServerConfig,
    private readonly counters: LoginCounters,
    private readonly clock: DatabaseClock,
  ) {}

  /** Requests a minute. */
  of({ requestsPerMinute }: Pick<ApiKey, "requestsPerMinute">): number {
    return requestsPerMinute ?? this.server.api_key_requests_per_minute;
  }

  /** Counts a request, and says in the answer's headers how many are left. Throws FleetError 429 past the limit. */
  take(key: Pick<ApiKey, "id" | "requestsPerMinute">, res: ServerResponse): void {
    const nowMs = this.clock.nowMs();
    const limit = this.of(key);
    const counted = this.countedFor(key.id, minuteOf(nowMs));
    const { allowed, remaining, resetSeconds } = allowanceOf(counted.use, limit, nowMs);
    res.setHeader("RateLimit-Limit", limit);
    res.setHeader("RateLimit-Remaining", remaining);
    res.setHeader("RateLimit-Reset", resetSeconds);
    if (!allowed) throw tooMany(limit, resetSeconds);
    counted.use.pending++;
    this.tell(key.id, counted);
  }

  private countedFor(id: string, minute: number): Counted {
    const known = this.counted.get(id);
    if (known?.use.minute === minute) return known;
    if (this.counted.size >= MAX_ENTRIES) this.counted.clear();
    const fresh = { use: { minute, shared: 0, sent: 0, pending: 0 }, toldAtMs: -Infinity };
    this.counted.set(id, fresh);
    return fresh;
  }

  /** Nobody waits for it. */
  private tell(id: string, counted: Counted): void {
    const { use } = counted;
    const nowMs = performance.now();
    if (use.sent > 0 || nowMs - counted.toldAtMs < TELL_EVERY_MS) return;
    counted.toldAtMs = nowMs;
    use.sent = use.pending;
    use.pending = 0;
    const change = { key: `api-key:${id}:${use.minute}`, seconds: COUNTER_SECONDS, by: use.sent };
    this.counters
      .increment([change])
      .then(([total = 0]) => {
        use.shared = total;
        use.sent = 0;
      })
      .catch((error: unknown) => {
        use.shared += use.sent;
        use.sent = 0;
        this.logger.debug(`The use of an API key is counted on this node alone: ${explainFailure(error)}`);
      });
  }
}

function tooMany(limit: number, seconds: number): FleetError {
  return new FleetError(
    429,
    "TOO_MANY_REQUESTS",
    `This API key may send ${limit} requests a minute: go on in ${seconds} s, or have a key made with a higher limit.`,
    { retryAfterSeconds: seconds },
  );
}
