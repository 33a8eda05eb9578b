import { Injectable } from "@nestjs/common";
import { MachinesService } from "../fleet/machines/machines.service.js";
import type { Reader } from "./reader.js";

const EVERY_MS = 2_000;
/** Adding up a large fleet takes a while: it is done for at most a twentieth of the time. */
const REST_FACTOR = 20;

/** Tells readers the counts and means of the fleet when they have changed. */
@Injectable()
export class FleetFeed {
  private nextAtMs = 0;
  private newest: { readonly text: string; readonly summary: unknown } | undefined;

  constructor(private readonly machines: MachinesService) {}

  async turn(readers: ReadonlySet<Reader>): Promise<void> {
    const wanting = [...readers].filter(({ wants }) => wants.fleet);
    if (wanting.length === 0) return;
    if (performance.now() >= this.nextAtMs) await this.read();
    const { newest } = this;
    if (!newest) return;
    for (const reader of wanting) {
      if (reader.toldSummary === newest.text || reader.stream.isSlow) continue;
      reader.toldSummary = newest.text;
      reader.stream.send({ event: "summary", data: newest.summary });
    }
  }

  private async read(): Promise<void> {
    const startedAtMs = performance.now();
    this.nextAtMs = startedAtMs + EVERY_MS;
    const summary = await this.machines.summary();
    const endedAtMs = performance.now();
    this.nextAtMs = startedAtMs + Math.max(EVERY_MS, REST_FACTOR * (endedAtMs - startedAtMs));
    // The time when it was read is no change.
    this.newest = { text: JSON.stringify({ ...summary, timestamp: "" }), summary };
  }
}
