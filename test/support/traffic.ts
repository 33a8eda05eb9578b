import { setTimeout as sleep } from "node:timers/promises";
import { onCleanup } from "./cleanup.js";
import { type Answer, HttpClient } from "./http-client.js";

export interface TrafficOptions {
  readonly url: string;
  readonly ca: string;
  /** How many send requests at the same time, each one after the other over a connection of its own. */
  readonly clients: number;
  /** Sends one request; anything but an expected answer is a problem. `index` tells the clients apart. */
  readonly send: (client: HttpClient, index: number) => Promise<Answer>;
  readonly expectedStatus: number;
}

const PAUSE_MS = 40;

/** Requests that go on until they are stopped; nothing is tried twice, so that every fault a proxy lets through is seen. */
export class Traffic {
  answered = 0;
  readonly problems: string[] = [];
  /** How long the answers took, in their order. */
  readonly durationsMs: number[] = [];
  private stopping = false;
  private readonly loops: Promise<void>[];

  constructor(private readonly options: TrafficOptions) {
    this.loops = Array.from({ length: options.clients }, (_, index) => this.run(index));
    onCleanup(() => this.stop());
  }

  get slowestMs(): number {
    return Math.max(0, ...this.durationsMs);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  private async run(index: number): Promise<void> {
    const { url, ca, send, expectedStatus } = this.options;
    const client = new HttpClient(url, { ca });
    while (!this.stopping) {
      const startedAt = performance.now();
      try {
        const { status, text } = await send(client, index);
        if (status === expectedStatus) this.answered++;
        else this.problems.push(`${status} ${text}`);
      } catch (error) {
        this.problems.push(String(error));
      }
      this.durationsMs.push(performance.now() - startedAt);
      await sleep(PAUSE_MS);
    }
    client.close();
  }
}
