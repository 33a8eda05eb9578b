import { Injectable } from "@nestjs/common";
import { FleetError } from "../../common/fleet-error.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { isoTime } from "../incidents/incident-view.js";
import { timeOrderedId } from "../time-ordered-id.js";
import { DeliveryError, type Message } from "./receiver.js";
import { Receivers } from "./receivers.js";

/** Somebody waits for the answer in front of a browser, and load balancers for ten seconds. */
const TIMEOUT_MS = 8_000;

/** Tries a receiver out. */
@Injectable()
export class ReceiverTest {
  constructor(
    private readonly receivers: Receivers,
    private readonly clock: DatabaseClock,
  ) {}

  /** Resolves when the receiver has taken a test notification. Throws FleetError 404, and 502 with what went wrong. */
  async send(name: string): Promise<void> {
    const receiver = this.receivers.find(name);
    if (!receiver) {
      throw new FleetError(404, "UNKNOWN_RECEIVER", "There is no receiver of this name in alerts.receivers.");
    }
    try {
      await receiver.send(testMessage(name, this.clock.nowMs()), AbortSignal.timeout(TIMEOUT_MS));
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      throw new FleetError(502, "DELIVERY_FAILED", `The test notification was not delivered: ${error.message}.`);
    }
  }
}

function testMessage(name: string, now: number): Message {
  const id = timeOrderedId(now);
  return {
    key: `${id}-test-${name}`,
    what: "test",
    incident: {
      id,
      kind: "machine_offline",
      severity: "warning",
      subject: "test",
      subject_name: "test",
      summary: "This is a test notification: nothing is wrong.",
      opened_at: isoTime(now),
      closed_at: null,
      value: null,
      threshold: null,
      count: null,
      missing: null,
      shared: [],
      silenced: false,
    },
    others: [],
  };
}
