import { Injectable, Logger, type OnApplicationShutdown } from "@nestjs/common";
import { randomUUID } from "node:crypto";
import { EventLog } from "../event-log.js";
import { BusEcho } from "./bus-echo.js";
import { LiveBus } from "./live-bus.js";
import { machineMessages, readMessage, textOf } from "./live-message.js";

/** What whoever shows live figures is told; it reads by itself what it needs. */
export interface ChangeListener {
  /** These machines may have changed; with "any" all may have. */
  machines(ids: ReadonlySet<string> | "any"): void;
  /** The event log may have grown. */
  events(): void;
}

/** Reports of so long are told together. */
const GATHER_MS = 250;
/** How often to ask the database where no bus tells. */
const POLL_MS = 1_000;
/** After so many calls in a row that did not come back, over a connection that seems to stand, another one is made. */
const LOST_BEFORE_RENEWAL = 3;

/**
 * Tells, on every node, what may have changed on any node. Over the live bus where it works; while it does not, which the
 * node finds out by listening for its own voice, "any" each second. Nodes that nobody watches only speak.
 */
@Injectable()
export class LiveChanges implements OnApplicationShutdown {
  private readonly logger = new Logger("Live");
  private readonly self = randomUUID();
  private readonly listeners = new Set<ChangeListener>();
  private readonly echo: BusEcho;
  private gathered = new Set<string>();
  private newEvents = false;
  private telling: NodeJS.Timeout | undefined;
  private polling: NodeJS.Timeout | undefined;
  private isListening = false;
  private lostCalls = 0;

  constructor(
    private readonly bus: LiveBus,
    log: EventLog,
  ) {
    log.whenGrown(() => {
      this.newEvents = true;
      this.tellSoon();
    });
    this.echo = new BusEcho({
      call: (number) => {
        bus.publish(textOf({ from: this.self, echo: number }));
      },
      // What was said before it could be heard is made up for.
      found: () => {
        if (this.lostCalls > 0) this.logger.log("The live bus carries messages again");
        this.lostCalls = 0;
        this.tellAny();
      },
      lost: () => {
        this.lostCalls += 1;
        if (this.lostCalls === 1) {
          this.logger.warn("The live bus carries no messages: the database is asked each second for what pages show");
        }
        if (this.lostCalls % LOST_BEFORE_RENEWAL === 0) this.bus.renew();
      },
    });
  }

  /** New figures of these machines are committed, or they were removed. Costs a set's entry each. */
  machinesChanged(ids: Iterable<string>): void {
    for (const id of ids) this.gathered.add(id);
    this.tellSoon();
  }

  /** Tells `listener` from now on, until what is returned is called. */
  watch(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.startListening();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.echo.stop();
      clearInterval(this.polling);
    };
  }

  /** Whether the bus carries what this node says; undefined while nobody watches, for then it does not listen. */
  get hearsBus(): boolean | undefined {
    return this.listeners.size === 0 ? undefined : this.echo.isHeard;
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.telling);
    clearInterval(this.polling);
    this.echo.stop();
    await this.bus.close();
  }

  private startListening(): void {
    if (!this.isListening) {
      this.bus.listen((text) => {
        this.hear(text);
      });
    }
    this.isListening = true;
    if (this.bus.carries) this.echo.start();
    this.polling = setInterval(() => {
      if (!this.echo.isHeard) this.tellAny();
    }, POLL_MS);
  }

  private hear(text: string): void {
    const message = readMessage(text);
    if (!message) return;
    if (message.from === this.self) {
      // What this node itself told is known here already.
      if ("echo" in message) this.echo.heard(message.echo);
      return;
    }
    if ("machines" in message) this.tell(new Set(message.machines), false);
    else if ("events" in message) this.tell(new Set(), true);
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      const { gathered, newEvents } = this;
      this.telling = undefined;
      this.gathered = new Set();
      this.newEvents = false;
      for (const message of machineMessages(this.self, gathered)) this.bus.publish(message);
      if (newEvents) this.bus.publish(textOf({ from: this.self, events: true }));
      this.tell(gathered, newEvents);
    }, GATHER_MS);
  }

  private tell(machines: ReadonlySet<string>, events: boolean): void {
    for (const listener of this.listeners) {
      if (machines.size > 0) listener.machines(machines);
      if (events) listener.events();
    }
  }

  private tellAny(): void {
    for (const listener of this.listeners) {
      listener.machines("any");
      listener.events();
    }
  }
}
