import { type BeforeApplicationShutdown, Injectable, Logger } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFailure } from "../common/explain-failure.js";
import { LiveChanges } from "../events/live/live-changes.js";
import { EventFeed } from "./event-feed.js";
import { FleetFeed } from "./fleet-feed.js";
import { MachineFeed } from "./machine-feed.js";
import { NodeFeed } from "./node-feed.js";
import type { Reader } from "./reader.js";

/** What is on a screen changes at most this often. */
const TURN_MS = 1_000;

/** Everyone who reads a stream of this node, told together once a second. With nobody there is nothing to do. */
@Injectable()
export class StreamHub implements BeforeApplicationShutdown {
  private readonly logger = new Logger("Stream");
  private readonly readers = new Set<Reader>();
  private stopWatching: (() => void) | undefined;
  private isRunning = false;
  private isFailing = false;

  constructor(
    private readonly changes: LiveChanges,
    private readonly machines: MachineFeed,
    private readonly fleet: FleetFeed,
    private readonly events: EventFeed,
    private readonly nodes: NodeFeed,
  ) {}

  get size(): number {
    return this.readers.size;
  }

  add(reader: Reader): void {
    this.readers.add(reader);
    this.machines.joined(reader);
    this.events.added();
    if (this.stopWatching) return;
    this.stopWatching = this.changes.watch({
      machines: (ids) => {
        this.machines.changed(ids, this.readers);
      },
      events: () => {
        this.events.added();
      },
    });
    if (!this.isRunning) void this.run();
  }

  remove(reader: Reader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    this.stopWatching?.();
    this.stopWatching = undefined;
  }

  /** By now the load balancer knows: whoever comes again comes to another node. */
  beforeApplicationShutdown(): void {
    for (const reader of this.readers) {
      reader.stream.end("draining");
      this.remove(reader);
    }
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.readers.size > 0) {
      await this.turn();
      await sleep(TURN_MS, undefined, { ref: false });
    }
    this.isRunning = false;
  }

  private async turn(): Promise<void> {
    const { readers } = this;
    this.nodes.turn(readers);
    const outcomes = await Promise.allSettled([
      this.machines.turn(readers),
      this.fleet.turn(readers),
      this.events.turn(readers),
    ]);
    this.report(outcomes.find((outcome) => outcome.status === "rejected"));
    for (const { stream } of readers) stream.beat();
  }

  private report(failure: PromiseRejectedResult | undefined): void {
    if (failure && !this.isFailing) this.logger.warn(`Live figures cannot be read: ${explainFailure(failure.reason)}`);
    if (!failure && this.isFailing) this.logger.log("Live figures are read again");
    this.isFailing = failure !== undefined;
  }
}
