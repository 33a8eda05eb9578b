import { Injectable, Logger } from "@nestjs/common";
import { In } from "typeorm";
import { DatabaseClock } from "../../database/database-clock.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import type { Lease } from "../../database/leases/lease.js";
import type { JobRun } from "../../database/leases/periodic-job.js";
import { EventLog } from "../../events/event-log.js";
import { DeliveryError, type Receiver } from "../receivers/receiver.js";
import { Receivers } from "../receivers/receivers.js";
import type { ToldIncident } from "../incidents/incident-answer.js";
import { DueNotifications, type Letter } from "./due-notifications.js";
import { Notification } from "./notification.entity.js";
import { idempotencyKey } from "./notification-view.js";
import { isTooOld, retryAfterMs } from "./retry-plan.js";

/** A receiver that has not answered by then is asked again later. */
const ATTEMPT_MS = 10_000;
/** One receiver's queue keeps the others' next turn waiting no longer than this. */
const TURN_MS = 20_000;

/** Why a notification was not taken; `isPartial`: by some it was, and it is not to be sent again. */
interface Failure {
  readonly reason: string;
  readonly isPartial: boolean;
}

/**
 * Delivers what the outbox holds, at least once: what was sent is struck off afterwards, so a node that dies between the
 * two leaves it to the next one, which sends it again under the same key.
 */
@Injectable()
export class Delivery {
  private readonly logger = new Logger("Alerts");

  constructor(
    private readonly due: DueNotifications,
    private readonly receivers: Receivers,
    private readonly cipher: DocumentCipher,
    private readonly clock: DatabaseClock,
    private readonly events: EventLog,
  ) {}

  /** One run of the job: each receiver by itself, the receivers side by side. */
  async run({ lease, goOn }: JobRun): Promise<void> {
    // Twice, because the end of an incident follows its beginning.
    for (let round = 0; round < 2; round++) {
      const queues = await this.due.read(this.clock.nowMs());
      if (queues.size === 0) return;
      await allDone([...queues].map(([receiver, queue]) => this.empty(receiver, queue, lease)));
      if (!(await goOn())) return;
    }
  }

  /** Until one is not taken: the next ones would not be, either, and those that are too old are given up with it. */
  private async empty(name: string, queue: readonly Letter[], lease: Lease): Promise<void> {
    const endsAt = performance.now() + TURN_MS;
    const isLost = () => lease.signal.aborted;
    let refused: Failure | undefined;
    const receiver = this.receivers.find(name);
    // A receiver may have become a program since.
    for (const letter of receiver?.readsDigests === false ? queue.flatMap(divided) : queue) {
      const [{ attempts, createdAt }] = letter;
      if (isLost() || performance.now() > endsAt) return;
      if (refused !== undefined) {
        if (isTooOld(this.clock.nowMs() - createdAt)) await this.strikeOff(letter, refused, attempts, lease);
        continue;
      }
      const failure = await this.attempt(receiver, letter, lease.signal);
      // It may have been taken: whoever holds the lease now finds out.
      if (isLost()) return;
      await this.strikeOff(letter, failure, attempts + 1, lease);
      if (!failure?.isPartial) refused = failure;
    }
  }

  /** Undefined where it was taken, else why not. */
  private async attempt(
    receiver: Receiver | undefined,
    letter: Letter,
    ended: AbortSignal,
  ): Promise<Failure | undefined> {
    if (!receiver) return failed("there is no receiver of this name any more");
    const [incident, ...others] = letter.flatMap((notification) => this.opened(notification) ?? []);
    if (!incident) return failed("no key of this server opens what was to be told");
    const signal = AbortSignal.any([ended, AbortSignal.timeout(ATTEMPT_MS)]);
    try {
      await receiver.send({ key: keyOf(letter), what: letter[0].what, incident, others }, signal);
      return undefined;
    } catch (error) {
      if (error instanceof DeliveryError) return { reason: error.message, isPartial: error.isPartial };
      throw error;
    }
  }

  private opened({ document }: Notification): ToldIncident | undefined {
    try {
      return JSON.parse(this.cipher.open(document)) as ToldIncident;
    } catch {
      return undefined;
    }
  }

  private async strikeOff(letter: Letter, failure: Failure | undefined, attempts: number, lease: Lease): Promise<void> {
    const now = this.clock.nowMs();
    const isFinal = failure === undefined || failure.isPartial;
    const waitMs = isFinal ? null : retryAfterMs(attempts, now - letter[0].createdAt, Math.random());
    const isGivenUp = failure !== undefined && waitMs === null;
    const [{ receiver, what, incident }] = letter;
    const told = await lease.write(async (manager) => {
      await manager.update(
        Notification,
        { id: In(letter.map(({ id }) => id)) },
        {
          attempts,
          nextAttemptAt: waitMs === null ? null : now + waitMs,
          deliveredAt: failure === undefined ? now : null,
          failedAt: isGivenUp ? now : null,
          lastError: failure === undefined ? null : this.cipher.seal(JSON.stringify(failure.reason)),
        },
      );
      const details = { incident, incidents: letter.length, what, attempts, error: failure?.reason ?? null };
      return this.events.recordWithin(
        manager,
        isGivenUp ? [{ kind: "notification.failed", subject: receiver, details }] : [],
      );
    });
    told();
    if (failure !== undefined && !isGivenUp && attempts === 1) {
      this.logger.warn(`The receiver ${receiver} did not take a notification, which is tried again: ${failure.reason}`);
    }
  }
}

function divided(letter: Letter): Letter[] {
  return letter.map((notification) => [notification]);
}

function keyOf(letter: Letter): string {
  const [{ incident, what, receiver, digest }] = letter;
  return idempotencyKey({ incident, what, receiver, digest: letter.length > 1 ? digest : null });
}

/** Waits for all of them, and only then throws what one has thrown: nothing goes on under a lease that was given back. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

function failed(reason: string): Failure {
  return { reason, isPartial: false };
}
