import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const { username, password } = testCredentials;
const WHO = "/api/fleet/current-user";

/** Two nodes with one fleet database and one session store; `sessions` gets a folder that both use. */
async function startTwoNodes(sessions: (folder: string) => Record<string, unknown>): Promise<[FleetNode, FleetNode]> {
  const folder = makeTempFolder("shared");
  const config = { server: { db_path: path.join(folder, "fleet.sqlite3") }, sessions: sessions(folder) };
  return [await startFleetNode({ config }), await startFleetNode({ config })];
}

/** The same browser as seen by each node: whatever cookie the first has, the other sends, too. */
function browserOf([one, other]: [FleetNode, FleetNode]) {
  const first = new HttpClient(one.url);
  const second = new HttpClient(other.url);
  const shareCookies = () => {
    for (const [name, value] of first.cookies) second.cookies.set(name, value);
  };
  const close = () => {
    first.close();
    second.close();
  };
  return { first, second, shareCookies, close };
}

async function followOneLogin(nodes: [FleetNode, FleetNode]): Promise<void> {
  const { first, second, shareCookies, close } = browserOf(nodes);
  await first.login(username, password);
  shareCookies();
  expect((await second.get(WHO)).json()).toEqual({ username, role: "admin" });
  expect((await first.post("/logout", { json: {} })).status).toBe(200);
  expect((await second.get(WHO)).status).toBe(401);
  close();
}

describe("two nodes with sessions in one SQLite database", () => {
  let nodes: [FleetNode, FleetNode];

  beforeAll(async () => {
    nodes = await startTwoNodes((folder) => ({ backend: "sqlite", db_path: path.join(folder, "sessions.db") }));
  });

  it("know each other's logins and logouts", async () => {
    await followOneLogin(nodes);
  });

  it("keep people logged in when they are started again", async () => {
    const { first, second, shareCookies, close } = browserOf(nodes);
    await first.login(username, password);
    shareCookies();
    for (const node of nodes) {
      expect(await node.stop()).toEqual({ code: 0, signal: null });
      await node.start();
    }
    for (const client of [first, second]) expect((await client.get(WHO)).status).toBe(200);
    close();
  });
});

describe("two nodes with sessions in PostgreSQL", () => {
  let postgres: PostgresServer;
  let nodes: [FleetNode, FleetNode];

  beforeAll(async () => {
    postgres = await startPostgres();
    nodes = await startTwoNodes(() => ({ backend: "postgres", db_url: postgres.url }));
  });

  it("know each other's logins and logouts", async () => {
    await followOneLogin(nodes);
  });

  it.each([
    { fault: "stopped", hurt: () => postgres.stop(), heal: () => postgres.start() },
    {
      fault: "frozen",
      hurt: () =>
        Promise.resolve().then(() => {
          postgres.freeze();
        }),
      heal: () =>
        Promise.resolve().then(() => {
          postgres.resume();
        }),
    },
  ])("answer 503 while it is $fault, and know everybody again when it is back", async ({ hurt, heal }) => {
    const { first, second, shareCookies, close } = browserOf(nodes);
    await first.login(username, password);
    shareCookies();
    await hurt();
    for (const client of [first, second]) {
      const asked = performance.now();
      const answer = await client.get(WHO);
      expect(performance.now() - asked).toBeLessThan(3_000);
      expect([answer.status, answer.json()]).toMatchObject([503, { code: "BACKEND_UNAVAILABLE" }]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      const probe = async () => (await client.get("/api/fleet/cluster/health")).status;
      await waitFor(async () => (await probe()) === 503, { what: "the probe to tell" });
      expect((await client.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    }
    await heal();
    for (const client of [first, second]) {
      const answer = await waitFor(
        async () => {
          const tried = await client.get(WHO);
          return tried.status !== 503 && tried;
        },
        { what: "the node to find PostgreSQL again" },
      );
      expect(answer.json()).toEqual({ username, role: "admin" });
    }
    close();
  });

  it("stop in order while it is away", async () => {
    await postgres.stop();
    for (const node of nodes) expect(await node.stop()).toEqual({ code: 0, signal: null });
  });

  it("start without it, and serve people when it comes", async () => {
    for (const node of nodes) await node.start();
    const client = new HttpClient(nodes[0].url);
    expect((await client.post("/login", { json: { username, password } })).status).toBe(503);
    await postgres.start();
    await waitFor(() => client.login(username, password).then(() => true), { what: "a login" });
    client.close();
  });
});
