import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { runCli } from "../support/run-cli.js";
import { makeTempFolder } from "../support/temp-folder.js";

const BOB = { username: "bob", password: "a password of bob's own" } as const;
const MACHINES = 20;

type Database = Readonly<Record<string, string>>;

/** A node of a cluster whose database is backed up and restored; its registry lies elsewhere, as in Redis, and stays. */
export class BackedUpFleet {
  readonly key = newFernetKey();
  readonly folder = makeTempFolder("backup");
  private node: FleetNode | undefined;
  private apiKey = "";

  get running(): FleetNode {
    if (!this.node) throw new Error("no node has been started");
    return this.node;
  }

  get configFile(): string {
    return this.running.configFile;
  }

  /** With the same id and registry each time. */
  async start(database: Database): Promise<void> {
    this.node = await startFleetNode({
      config: {
        server: { ...database, db_encryption_key: this.key },
        cluster: {
          ...{ enabled: true, backend: "file", node_id: "web-1", state_path: path.join(this.folder, "state") },
          ...{ heartbeat_interval: 0.2, node_timeout: 1 },
        },
      },
    });
  }

  /** Machines with samples, a user and an API key. */
  async fill(): Promise<void> {
    const { configFile } = this;
    const added = await runCli(["users", "add", BOB.username, "--role", "operator", "--config", configFile], {
      input: `${BOB.password}\n`,
    });
    expect(added).toMatchObject({ code: 0 });
    const made = await runCli(["api-keys", "create", "grafana", "--scope", "read", "--config", configFile]);
    this.apiKey = made.stdout.trim();
    for (let index = 0; index < MACHINES; index++) await this.report(`m-${index}`);
  }

  /** Whether the report was answered. */
  async report(machine_id: string): Promise<boolean> {
    const agent = new HttpClient(this.running.url, { headers: { "x-api-key": testCredentials.apiKey } });
    const json = {
      machine_id,
      machine_info: { hostname: `host-of-${machine_id}`, os: "Linux" },
      metrics: { cpu: { percent: 7 }, note: machine_id },
    };
    try {
      return (await agent.post("/api/fleet/report", { json })).status === 200;
    } finally {
      agent.close();
    }
  }

  /** The new start is known to the registry, and to the database that is going to be replaced. */
  async restart(): Promise<void> {
    await this.running.stop();
    await this.running.start();
  }

  /** The machines as an operator reads them who logs in with a password; everything that is sealed is opened. */
  async expectWhole(machines: readonly string[]): Promise<void> {
    const client = new HttpClient(this.running.url);
    try {
      await client.login(BOB.username, BOB.password);
      const list = (await client.get("/api/fleet/machines?limit=1000")).json() as {
        machines: { machine_id: string; info: { hostname?: string } }[];
      };
      const names = new Map(list.machines.map(({ machine_id, info }) => [machine_id, info.hostname]));
      const first = Array.from({ length: MACHINES }, (_, index) => `m-${index}`);
      for (const machine of [...first, ...machines]) expect(names.get(machine)).toBe(`host-of-${machine}`);
      const history = await client.get("/api/fleet/history/m-3");
      expect(history.json()).toMatchObject({ history: [{ metrics: { cpu: { percent: 7 } } }] });
      const events = await client.get("/api/fleet/events?kind=user.created");
      expect(events.json()).toMatchObject({ events: [{ subject: "bob", actor: "command line" }] });
      const program = await client.get("/api/fleet/machines?limit=1", {
        headers: { authorization: `Bearer ${this.apiKey}`, cookie: "" },
      });
      expect(program.status).toBe(200);
      expect(await this.report("reported-after-the-restore")).toBe(true);
    } finally {
      client.close();
    }
  }
}
