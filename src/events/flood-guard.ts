import { type BeforeApplicationShutdown, Injectable } from "@nestjs/common";
import type { EventKind } from "./event-kinds.js";
import { EventLog } from "./event-log.js";
import type { NewEvent } from "./new-event.js";

/** Of each kind, per node: so many at once, and as many per minute in the long run. */
const ONE_BY_ONE = 60;
const MINUTE_MS = 60_000;

interface Flow {
  /** How many more may come at once; one is added per second. */
  room: number;
  filledAtMs: number;
  /** Counted since the last summary. */
  unrecorded: number;
  summary: NodeJS.Timeout | undefined;
}

/**
 * For events that strangers can cause as often as they like: the first ones are recorded one by one, the rest of a flood
 * becomes one event a minute with their number, so that it neither fills the database nor takes up its time.
 */
@Injectable()
export class FloodGuard implements BeforeApplicationShutdown {
  private readonly flows = new Map<EventKind, Flow>();

  constructor(private readonly log: EventLog) {}

  /** Recorded like `EventLog.record`, or counted. Throws BackendUnavailableError. */
  async record(event: NewEvent): Promise<void> {
    const flow = this.flowOf(event.kind, performance.now());
    if (flow.room >= 1) {
      flow.room--;
      await this.log.record(event);
      return;
    }
    flow.unrecorded++;
    flow.summary ??= setTimeout(() => {
      this.summarize(event.kind, flow);
    }, MINUTE_MS).unref();
  }

  beforeApplicationShutdown(): void {
    for (const [kind, flow] of this.flows) this.summarize(kind, flow);
  }

  private flowOf(kind: EventKind, nowMs: number): Flow {
    let flow = this.flows.get(kind);
    if (!flow) {
      flow = { room: ONE_BY_ONE, filledAtMs: nowMs, unrecorded: 0, summary: undefined };
      this.flows.set(kind, flow);
    }
    flow.room = Math.min(flow.room + ((nowMs - flow.filledAtMs) / MINUTE_MS) * ONE_BY_ONE, ONE_BY_ONE);
    flow.filledAtMs = nowMs;
    return flow;
  }

  private summarize(kind: EventKind, flow: Flow): void {
    clearTimeout(flow.summary);
    flow.summary = undefined;
    if (flow.unrecorded > 0) this.log.note({ kind, subject: "*", details: { further: flow.unrecorded } });
    flow.unrecorded = 0;
  }
}
