import { rename } from "node:fs/promises";
import { EventStreamReader } from "../support/event-stream.js";
import type { FleetNode } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { logInAt } from "../support/log-in-at.js";
import { waitFor } from "../support/wait-for.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";
import { makeTempFolder } from "../support/temp-folder.js";

const KEYS = "/api/fleet/api-keys";

interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
}

describe("API keys on two nodes", () => {
  const sessions = makeTempFolder("sessions");
  let nodes: [FleetNode, FleetNode];
  let admin: HttpClient;

  beforeAll(async () => {
    const cluster = new NodesOnOneDatabase({
      sessions: { session_dir: sessions },
      cluster: { secret: "a cluster secret for tests" },
    });
    nodes = await Promise.all([cluster.start("a"), cluster.start("b")]);
    admin = await logInAt(nodes[0]);
  });

  afterAll(() => {
    admin.close();
  });

  const make = async (name: string, scope: string, expires_at?: string): Promise<MadeKey> => {
    const answer = await admin.post(KEYS, {
      json: { name, scope, ...(expires_at === undefined ? {} : { expires_at }) },
    });
    expect([answer.status, answer.status === 201 ? "made" : answer.text]).toEqual([201, "made"]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    return answer.json() as MadeKey;
  };
  const programAt = (node: FleetNode, key: string) =>
    new HttpClient(node.url, { headers: { authorization: `Bearer ${key}` } });
  const listed = async () => ((await admin.get(KEYS)).json() as { api_keys: Record<string, unknown>[] }).api_keys;
  const statusOf = async (client: HttpClient, path: string) => (await client.get(path)).status;

  it("are told once, and listed without what would open anything", async () => {
    const { key, prefix, id } = await make("grafana", "read");
    expect(key).toMatch(/^fleet_[\w-]{43}$/);
    expect(key.startsWith(prefix)).toBe(true);
    const [shown] = (await listed()).filter((each) => each.id === id);
    expect(shown).toMatchObject({ name: "grafana", scope: "read", prefix, created_by: "admin", expires_at: null });
    expect(JSON.stringify(await listed())).not.toContain(key.slice(prefix.length));
  });

  it("with the scope read open what can be read, on every node, and nothing else", async () => {
    const program = programAt(nodes[1], (await make("reader", "read")).key);
    for (const path of ["/api/fleet/machines", "/api/fleet/overview", "/api/fleet/events", "/api/openapi.json"]) {
      expect([path, await statusOf(program, path)]).toEqual([path, 200]);
    }
    expect((await program.get("/api/fleet/current-user")).json()).toEqual({
      username: "api key reader",
      role: "viewer",
    });
    for (const path of ["/api/fleet/users", KEYS]) expect([path, await statusOf(program, path)]).toEqual([path, 403]);
    const change = await program.request("DELETE", "/api/fleet/machine/none");
    expect([change.status, change.json()]).toMatchObject([403, { code: "API_KEY_SCOPE" }]);
    expect((await program.get("/api/fleet/sessions")).json()).toMatchObject({ sessions: [], total: 0 });
    expect(program.cookies.size).toBe(0);
    program.close();
  });

  it("with the scope operate are operators, who are no administrators", async () => {
    const program = programAt(nodes[1], (await make("operates", "operate")).key);
    expect((await program.get("/api/fleet/current-user")).json()).toEqual({
      username: "api key operates",
      role: "operator",
    });
    const change = await program.request("DELETE", "/api/fleet/machine/none");
    expect([change.status, change.json()]).toMatchObject([
      403,
      { code: "API_KEY_SCOPE", error: "This needs an API key with the scope admin." },
    ]);
    program.close();
  });

  it("have a limit of requests a minute each, on all nodes together", async () => {
    const json = { name: "greedy", scope: "read", requests_per_minute: 40 };
    const { key, requests_per_minute } = (await admin.post(KEYS, { json })).json() as MadeKey & Record<string, unknown>;
    expect(requests_per_minute).toBe(40);
    expect((await listed()).find(({ name }) => name === "grafana")?.requests_per_minute).toBe(600);
    const clients = nodes.map((node) => programAt(node, key));
    const ask = async () => Promise.all(clients.map((client) => client.get("/api/fleet/current-user")));
    const [first] = await ask();
    expect(first?.headers).toMatchObject({ "ratelimit-limit": "40", "ratelimit-remaining": "39" });
    expect(Number(first?.headers["ratelimit-reset"])).toBeLessThanOrEqual(60);
    // Both nodes have passed the limit well before each has let 40 pass of its own.
    let letIn = clients.length;
    const answers = await waitFor(
      async () => {
        const both = await ask();
        letIn += both.filter(({ status }) => status === 200).length;
        return both.every(({ status }) => status === 429) && both;
      },
      { what: "both nodes to refuse the key", intervalMs: 100 },
    );
    expect(letIn).toBeLessThan(75);
    const [refused] = answers;
    expect(refused?.json()).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(refused?.headers["retry-after"]).toBe(refused?.headers["ratelimit-reset"]);
    // Nobody else's.
    expect((await admin.get(KEYS)).status).toBe(200);
    for (const client of clients) client.close();
  });

  it("with the scope admin open everything, from whatever page, and are named in the log", async () => {
    const program = new HttpClient(nodes[1].url, {
      headers: { authorization: `bearer ${(await make("deploy", "admin")).key}`, "sec-fetch-site": "cross-site" },
    });
    const json = { username: "made-by-program", password: "a password for tests", role: "viewer" };
    expect((await program.post("/api/fleet/users", { json })).status).toBe(201);
    const { events } = (await admin.get("/api/fleet/events?kind=user.created")).json() as { events: unknown[] };
    expect(events[0]).toMatchObject({ subject: "made-by-program", actor: "api key deploy" });
    const last = async () => (await listed()).find(({ name }) => name === "deploy")?.last_used_at;
    await waitFor(last, { what: "its use to be noted" });
    program.close();
  });

  it("read the event stream, which ends with the key", async () => {
    const { key, id } = await make("stream", "read");
    const program = new HttpClient(nodes[0].url);
    const stream = await EventStreamReader.open(program, "fleet=true", { headers: { authorization: `Bearer ${key}` } });
    await stream.waitForMessage("summary", { what: "the fleet" });
    expect((await admin.request("DELETE", `${KEYS}/${id}`)).status).toBe(204);
    await stream.waitForMessage("end", { what: "its end", timeoutMs: 40_000 });
    program.close();
  });

  it("are refused when they are wrong, expired or deleted, on every node within seconds", async () => {
    const { key, id } = await make("short", "read", new Date(Date.now() + 3_000).toISOString());
    const program = programAt(nodes[1], key);
    expect(await statusOf(program, "/api/fleet/machines")).toBe(200);
    await waitFor(async () => (await statusOf(program, "/api/fleet/machines")) === 401, { what: "the key to expire" });
    program.close();
    expect((await admin.request("DELETE", `${KEYS}/${id}`)).status).toBe(204);

    const other = await make("deleted", "read");
    const clients = nodes.map((node) => programAt(node, other.key));
    for (const client of clients) expect(await statusOf(client, "/api/fleet/machines")).toBe(200);
    await admin.request("DELETE", `${KEYS}/${other.id}`);
    for (const client of clients) {
      await waitFor(async () => (await statusOf(client, "/api/fleet/machines")) === 401, {
        what: "the key to be refused",
      });
      const answer = await client.get("/api/fleet/machines");
      expect(answer.json()).toMatchObject({ code: "INVALID_API_KEY" });
      client.close();
    }
    const wrong = programAt(nodes[0], `${other.key.slice(0, -1)}x`);
    expect(await statusOf(wrong, "/api/fleet/machines")).toBe(401);
    expect(nodes.map(({ output }) => output).join("")).not.toContain(other.key);
    wrong.close();
  });

  it("never stand in for a cookie: with a wrong one nobody is let in by their session", async () => {
    const answer = await admin.get("/api/fleet/machines", { headers: { authorization: "Bearer fleet_wrong" } });
    expect(answer.status).toBe(401);
  });

  it("are named once each, kept in the log, and told what is wrong with them", async () => {
    await make("twice", "read");
    const refused = async (json: unknown) => {
      const answer = await admin.post(KEYS, { json });
      return [answer.status, (answer.json() as { code: string }).code];
    };
    expect(await refused({ name: "twice", scope: "admin" })).toEqual([409, "API_KEY_EXISTS"]);
    expect(await refused({ name: "old", scope: "read", expires_at: "2020-01-01T00:00:00Z" })).toEqual([
      400,
      "INVALID_EXPIRY",
    ]);
    expect(await refused({ name: " ", scope: "read" })).toEqual([400, "INVALID_REQUEST"]);
    expect(await refused({ name: "x", scope: "read", requests_per_minute: 0 })).toEqual([400, "INVALID_REQUEST"]);
    expect(await refused({ name: "x", scope: "write" })).toEqual([400, "INVALID_REQUEST"]);
    expect((await admin.request("DELETE", `${KEYS}/none`)).json()).toMatchObject({ code: "UNKNOWN_API_KEY" });
    const { events } = (await admin.get("/api/fleet/events?kind=api_key&subject=short")).json() as {
      events: { kind: string; actor: string }[];
    };
    expect(events.map(({ kind, actor }) => [kind, actor])).toEqual([
      ["api_key.deleted", "admin"],
      ["api_key.created", "admin"],
    ]);
  });

  it("go on while the session store is away", async () => {
    const program = programAt(nodes[0], (await make("steady", "read")).key);
    await rename(sessions, `${sessions}.away`);
    try {
      expect(await statusOf(admin, "/api/fleet/machines")).toBe(503);
      expect(await statusOf(program, "/api/fleet/machines")).toBe(200);
    } finally {
      await rename(`${sessions}.away`, sessions);
    }
    program.close();
  });
});
