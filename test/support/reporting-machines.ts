import { setTimeout as sleep } from "node:timers/promises";
import { onCleanup } from "./cleanup.js";
import { HttpClient } from "./http-client.js";

interface Figures {
  readonly cpu?: number;
  readonly memory?: number;
  readonly disk?: number;
}

interface MachineWords {
  readonly figures?: Figures;
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Machines that report again and again, what the test says, until it takes them away. */
export class ReportingMachines {
  private readonly machines = new Map<string, MachineWords>();
  private readonly loop: Promise<void>;
  private ended = false;

  constructor(
    private url: string,
    private readonly apiKey: string,
    private readonly intervalMs = 250,
  ) {
    this.loop = this.run();
    onCleanup(async () => {
      this.ended = true;
      await this.loop;
    });
  }

  /** To another node. */
  turnTo(url: string): void {
    this.url = url;
  }

  set(machineId: string, words: MachineWords = {}): void {
    this.machines.set(machineId, words);
  }

  takeAway(...machineIds: readonly string[]): void {
    for (const id of machineIds) this.machines.delete(id);
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const client = new HttpClient(this.url);
      // A node that was killed takes none; the next round comes soon.
      await this.report(client).catch(() => undefined);
      client.close();
      await sleep(this.intervalMs);
    }
  }

  private async report(client: HttpClient): Promise<void> {
    if (this.machines.size === 0) return;
    const lines = [...this.machines].map(([machine_id, { figures = {}, info = {} }]) =>
      JSON.stringify({
        machine_id,
        machine_info: { hostname: machine_id, os: "Linux", ...info },
        metrics: {
          timestamp: new Date().toISOString(),
          cpu: { percent: figures.cpu ?? 5 },
          memory: { percent: figures.memory ?? 5 },
          disk: { percent: figures.disk ?? 5 },
        },
      }),
    );
    await client.post("/api/fleet/reports", {
      headers: { "x-api-key": this.apiKey, "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
  }
}
