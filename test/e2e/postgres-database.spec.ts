import {
  type FleetNode,
  type FleetNodeOptions,
  launchFleetNode,
  startFleetNode,
  testCredentials,
} from "../support/fleet-node.js";
import { EventStreamReader } from "../support/event-stream.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { sampleReport } from "../support/simulated-agents.js";
import { waitFor } from "../support/wait-for.js";

const { apiKey, username, password } = testCredentials;
const PROBE = "/api/fleet/cluster/health";
const key = newFernetKey();

/** Everything in one PostgreSQL, as a cluster of several hosts would have it. */
function settings(url: string, server: Record<string, unknown> = {}): FleetNodeOptions {
  return {
    config: {
      server: { db_backend: "postgresql", db_url: url, db_encryption_key: key, ...server },
      sessions: { backend: "postgres" },
      cluster: { enabled: true, backend: "postgres", heartbeat_interval: 1, node_timeout: 3 },
    },
  };
}

describe("nodes with their data in PostgreSQL", () => {
  let postgres: PostgresServer;
  let nodes: readonly FleetNode[];
  let clients: readonly { agent: HttpClient; operator: HttpClient }[];

  beforeAll(async () => {
    postgres = await startPostgres();
    // Together, on an empty database.
    nodes = await Promise.all([1, 2].map(() => startFleetNode(settings(postgres.url))));
    clients = nodes.map(({ url }) => ({
      agent: new HttpClient(url, { headers: { "x-api-key": apiKey } }),
      operator: new HttpClient(url),
    }));
  });

  afterAll(async () => {
    for (const { agent, operator } of clients) {
      agent.close();
      operator.close();
    }
    await Promise.all(nodes.map((node) => node.stop()));
  });

  const report = (at: number, machineId: string) =>
    clients[at]?.agent.post("/api/fleet/report", { json: sampleReport(machineId, new Date().toISOString()) });
  const statusOf = async (url: string) => {
    const client = new HttpClient(url);
    const answer = await client.get(PROBE);
    client.close();
    return answer.status;
  };
  const allServe = () =>
    waitFor(async () => (await Promise.all(nodes.map(({ url }) => statusOf(url)))).every((status) => status === 200), {
      what: "both nodes to serve",
    });

  it("share machines, users and logins", async () => {
    const [one, other] = clients;
    expect((await report(0, "shared"))?.status).toBe(200);
    await one?.operator.login(username, password);
    for (const [name, value] of one?.operator.cookies ?? []) other?.operator.cookies.set(name, value);
    expect((await other?.operator.get("/api/fleet/machine/shared"))?.json()).toMatchObject({ status: "online" });
    expect((await other?.operator.get("/api/fleet/current-user"))?.json()).toEqual({ username, role: "admin" });
    const status = async () =>
      (await other?.operator.get("/api/fleet/cluster/status"))?.json() as { backend: string; active_nodes: number };
    await waitFor(async () => (await status()).active_nodes === 2, { what: "both to be active" });
    expect((await status()).backend).toBe("postgres");
  });

  it("count failed logins together", async () => {
    const tries = [0, 1, 0, 1, 0, 1].map((at) => async () => {
      const client = new HttpClient(nodes[at]?.url ?? "");
      const answer = await client.post("/login", { json: { username: "somebody", password: "a wrong password" } });
      client.close();
      return answer.status;
    });
    const statuses: number[] = [];
    for (const attempt of tries) statuses.push(await attempt());
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it("take a name that PostgreSQL cannot hold for an unknown one", async () => {
    const client = new HttpClient(nodes[0]?.url ?? "");
    const answer = await client.post("/login", { json: { username: "nobody\0", password: "a wrong password" } });
    client.close();
    expect([401, 429]).toContain(answer.status);
  });

  it.each<[what: string, away: () => Promise<void> | void, back: () => Promise<void> | void]>([
    [
      "frozen",
      () => {
        postgres.freeze();
      },
      () => {
        postgres.resume();
      },
    ],
    ["stopped", () => postgres.stop(), () => postgres.start()],
  ])("say so while PostgreSQL is %s, and go on by themselves", async (_what, away, back) => {
    await allServe();
    const page = await EventStreamReader.open(clients[0]?.operator as HttpClient, "fleet=true&events=true");
    await page.waitForMessage("hello", { what: "a greeting" });
    await away();
    try {
      await waitFor(async () => (await statusOf(nodes[0]?.url ?? "")) === 503, { what: "the probe to tell" });
      const startedMs = performance.now();
      const client = new HttpClient(nodes[0]?.url ?? "");
      const login = await client.post("/login", { json: { username, password } });
      client.close();
      expect([login.status, login.headers["retry-after"]]).toEqual([503, "2"]);
      const refused = await report(0, "while-away");
      expect([refused?.status, refused?.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(performance.now() - startedMs).toBeLessThan(15_000);
      const { beats } = page;
      await waitFor(() => page.beats > beats + 2, { what: "the open page to hear that the node lives" });
      expect(page.ended).toBe(false);
    } finally {
      await back();
    }
    await allServe();
    await waitFor(async () => (await report(0, "afterwards"))?.status === 200, { what: "a report to be taken" });
    expect((await clients[0]?.operator.get("/api/fleet/machine/afterwards"))?.status).toBe(200);
    page.close();
    expect(nodes.map(({ process }) => process.exit)).toEqual([null, null]);
  });
});

describe("a node whose PostgreSQL is not there yet", () => {
  async function launched() {
    const postgres = await startPostgres();
    await postgres.stop();
    const port = await freePort();
    const process = await launchFleetNode(settings(postgres.url, { port }));
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    await process.waitForLine(/PostgreSQL cannot be reached \(database\)/);
    const answer = await client.get(PROBE);
    expect([answer.status, answer.json()]).toEqual([503, expect.objectContaining({ code: "STARTING" })]);
    return { postgres, process, client };
  }

  it("waits for it, with one line in the log, and serves", async () => {
    const { postgres, process, client } = await launched();
    await postgres.start();
    await process.waitForLine(/Fleet server started on/);
    expect(process.output.match(/PostgreSQL cannot be reached \(database\)/g)).toHaveLength(1);
    await waitFor(async () => (await client.get(PROBE)).status === 200, { what: "it to serve" });
    client.close();
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(process.output).not.toContain(postgres.password);
  });

  it("ends at once, and cleanly, when it is told to", async () => {
    const { process, client } = await launched();
    client.close();
    expect(await process.stop()).toEqual({ code: 0, signal: null });
  });

  it("ends with a sentence that names the setting and no password, where the password is wrong", async () => {
    const postgres = await startPostgres();
    const process = await launchFleetNode(settings(postgres.url.replace(postgres.password, "a-wrong-password")));
    expect(await process.exited).toEqual({ code: 78, signal: null });
    expect(process.output).toMatch(/^server\.db_url: .*password authentication failed/m);
    expect(process.output).not.toMatch(/a-wrong-password|at Client|\.js:\d+/);
  });
});
