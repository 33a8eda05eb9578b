import { onCleanup } from "../support/cleanup.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { newFernetKey, newPayloadKey } from "../support/keys.js";
import { logInAt } from "../support/log-in-at.js";
import { makeTempFolder } from "../support/temp-folder.js";

/** Agents may seal their reports with it. */
export const payloadKey = newPayloadKey();

export interface ShownMachine {
  readonly machine_id: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly last_seen: string;
  readonly latest_metrics: Readonly<Record<string, unknown>>;
}

export interface ShownPage {
  readonly machines: readonly ShownMachine[];
  readonly total: number;
  readonly next_cursor: string | null;
}

interface ShownHistory {
  readonly history: readonly { readonly timestamp: string; readonly metrics: Readonly<Record<string, unknown>> }[];
}

/** A node that encrypts what it stores, an agent that reports to it, and an operator who reads it. */
export class ReportingNode {
  private constructor(
    readonly node: FleetNode,
    readonly databasePath: string,
    readonly agent: HttpClient,
    readonly operator: HttpClient,
  ) {}

  static async start(): Promise<ReportingNode> {
    const db_path = `${makeTempFolder("data")}/fleet.sqlite3`;
    const node = await startFleetNode({
      config: { server: { db_path, db_encryption_key: newFernetKey(), encryption_key: payloadKey } },
    });
    const agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
    const operator = await logInAt(node);
    onCleanup(async () => {
      agent.close();
      operator.close();
      await node.stop();
    });
    return new ReportingNode(node, db_path, agent, operator);
  }

  report(json: unknown): Promise<Answer> {
    return this.agent.post("/api/fleet/report", { json });
  }

  /** A body as it stands, with further headers. */
  reportText(body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return this.agent.post("/api/fleet/report", { body, headers: { "content-type": "application/json", ...headers } });
  }

  async read<T>(path: string): Promise<T> {
    const answer = await this.operator.get(path);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    return answer.json() as T;
  }

  machine(id: string): Promise<ShownMachine> {
    return this.read(`/api/fleet/machine/${encodeURIComponent(id)}`);
  }

  async history(id: string): Promise<ShownHistory["history"]> {
    return (await this.read<ShownHistory>(`/api/fleet/history/${encodeURIComponent(id)}`)).history;
  }
}

/** The time of day as agents send it. */
export const now = () => new Date().toISOString();
