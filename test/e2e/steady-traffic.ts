import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanup } from "../support/cleanup.js";
import { type FleetNode, testCredentials } from "../support/fleet-node.js";
import type { HttpClient } from "../support/http-client.js";
import { logInAt } from "../support/log-in-at.js";

interface Machine {
  readonly machine_id?: string;
  readonly info?: { readonly os?: string };
  readonly latest_metrics?: { readonly note?: string };
}

/** What one of the three addresses gives. */
interface Answered extends Machine {
  readonly machines?: readonly Machine[];
  readonly history?: readonly { readonly metrics: { readonly note?: string } }[];
}

const noteOf = (machineId: string) => `what ${machineId} measured`;

/**
 * Reports to every node that serves and reads everything back from every node that serves, without a pause, until it is
 * stopped. A node is taken out before it is restarted, as a load balancer does once it drains; nothing else may fail.
 */
export class SteadyTraffic {
  readonly failures: string[] = [];
  /** Reports and readings that went well. */
  answered = 0;
  private readonly machines = ["m-1", "m-2", "m-3"];
  private readonly serving = new Map<FleetNode, { client: HttpClient; inFlight: Promise<void> }>();
  private readonly running: Promise<void>;
  private stopping = false;

  constructor() {
    this.running = this.run();
    onCleanup(() => this.stop());
  }

  async add(node: FleetNode): Promise<void> {
    const client = await logInAt(node);
    this.serving.set(node, { client, inFlight: Promise.resolve() });
  }

  async takeOut(node: FleetNode): Promise<void> {
    const taken = this.serving.get(node);
    this.serving.delete(node);
    await taken?.inFlight;
    taken?.client.close();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    for (const node of [...this.serving.keys()]) await this.takeOut(node);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const rounds = [...this.serving.values()].map((each) => {
        each.inFlight = this.round(each.client);
        return each.inFlight;
      });
      await Promise.all(rounds);
      await sleep(50);
    }
  }

  private async round(client: HttpClient): Promise<void> {
    for (const machineId of this.machines) await this.report(client, machineId);
    await this.read(client, "/api/fleet/machines", ({ machines = [] }) =>
      this.machines.every((id) => machines.some((machine) => isIntact(machine, id))),
    );
    for (const machineId of this.machines) {
      await this.read(client, `/api/fleet/machine/${machineId}`, (machine) => isIntact(machine, machineId));
      await this.read(client, `/api/fleet/history/${machineId}?limit=1000`, ({ history = [] }) => {
        const notes = history.map(({ metrics }) => metrics.note).filter((note) => note !== undefined);
        return notes.length > 0 && notes.every((note) => note === noteOf(machineId));
      });
    }
  }

  private async report(client: HttpClient, machineId: string): Promise<void> {
    const json = {
      machine_id: machineId,
      // Another one each time, so that it is stored and sealed anew.
      machine_info: { hostname: machineId, os: "Linux", boot_id: randomUUID() },
      metrics: { timestamp: new Date().toISOString(), note: noteOf(machineId), cpu: { percent: 12 } },
    };
    const headers = { "x-api-key": testCredentials.apiKey };
    const { status, text } = await client.post("/api/fleet/report", { headers, json });
    this.count(status === 200, `report to ${client.baseUrl}: ${status} ${text}`);
  }

  private async read(client: HttpClient, path: string, isWhole: (answer: Answered) => boolean): Promise<void> {
    const answer = await client.get(path);
    const wentWell = answer.status === 200 && isWhole(answer.json() as Answered);
    this.count(wentWell, `${client.baseUrl}${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
  }

  private count(wentWell: boolean, failure: string): void {
    if (wentWell) this.answered++;
    else this.failures.push(failure);
  }
}

function isIntact({ machine_id, info, latest_metrics }: Machine, machineId: string): boolean {
  return machine_id === machineId && info?.os === "Linux" && latest_metrics?.note === noteOf(machineId);
}
