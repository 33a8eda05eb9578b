import { type BeforeApplicationShutdown, Injectable } from "@nestjs/common";
import { LiveChanges } from "../events/live/live-changes.js";
import { EventFeed } from "./event-feed.js";
import { FeedLoop, TURN_MS } from "./feed-loop.js";
import { FleetFeed } from "./fleet-feed.js";
import { MachineFeed } from "./machine-feed.js";
import { NodeFeed } from "./node-feed.js";
import type { Reader } from "./reader.js";

/** Everyone who reads a stream of this node, told together once a second. With nobody there is nothing to do. */
@Injectable()
export class StreamHub implements BeforeApplicationShutdown {
  private readonly readers = new Set<Reader>();
  private readonly loops: readonly FeedLoop[];
  private stopWatching: (() => void) | undefined;
  private beating: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly changes: LiveChanges,
    private readonly machines: MachineFeed,
    fleet: FleetFeed,
    private readonly events: EventFeed,
    private readonly nodes: NodeFeed,
  ) {
    const { readers } = this;
    const feeds = { machines, "fleet figures": fleet, events };
    this.loops = Object.entries(feeds).map(
      ([what, feed]) =>
        new FeedLoop(
          what,
          () => feed.turn(readers),
          () => readers.size > 0,
        ),
    );
  }

  get size(): number {
    return this.readers.size;
  }

  add(reader: Reader): void {
    if (this.isClosed) {
      reader.stream.end("draining");
      return;
    }
    this.readers.add(reader);
    this.machines.joined(reader);
    this.events.added();
    if (!this.stopWatching) this.begin();
    for (const loop of this.loops) loop.start();
  }

  remove(reader: Reader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    this.stopWatching?.();
    this.stopWatching = undefined;
    clearInterval(this.beating);
  }

  /** By now the load balancer knows: whoever comes again comes to another node. */
  beforeApplicationShutdown(): void {
    this.isClosed = true;
    for (const reader of this.readers) {
      reader.stream.end("draining");
      this.remove(reader);
    }
  }

  private begin(): void {
    this.stopWatching = this.changes.watch({
      machines: (ids) => {
        this.machines.changed(ids, this.readers);
      },
      events: () => {
        this.events.added();
      },
    });
    this.beat();
    this.beating = setInterval(() => {
      this.beat();
    }, TURN_MS).unref();
  }

  /** From memory alone: whatever is away, a reader hears each second that this node lives. */
  private beat(): void {
    this.nodes.turn(this.readers);
    for (const { stream } of this.readers) stream.beat();
  }
}
