import Database from "better-sqlite3";
import { Redis } from "ioredis";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const SESSIONS = "/api/fleet/sessions";
const WHO = "/api/fleet/current-user";
const PASSWORD = "several plain words";

interface Session {
  readonly id: string;
  readonly username: string;
  readonly started_at: string;
  readonly last_used_at: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly current: boolean;
}

interface Page {
  readonly sessions: readonly Session[];
  readonly total: number;
  readonly next_cursor: string | null;
}

describe("sessions of two nodes that share a Redis", () => {
  let redis: RedisServer;
  let nodes: [FleetNode, FleetNode];
  let admin: HttpClient;
  const clients: HttpClient[] = [];

  const newClient = (at: 0 | 1 = 0, headers: Record<string, string> = {}) => {
    const client = new HttpClient(nodes[at].url, { headers });
    clients.push(client);
    return client;
  };
  const loggedIn = async (username: string, at: 0 | 1 = 0, headers: Record<string, string> = {}) => {
    const client = newClient(at, headers);
    await client.login(username, PASSWORD);
    return client;
  };
  const create = (username: string, role = "viewer") =>
    admin.post("/api/fleet/users", { json: { username, role, password: PASSWORD } });
  const list = async (client: HttpClient, query = "") => (await client.get(SESSIONS + query)).json() as Page;
  const current = async (client: HttpClient) => {
    const found = (await list(client, "?limit=500")).sessions.find((session) => session.current);
    if (!found) throw new Error("no session is the current one");
    return found;
  };
  const statusOf = async (client: HttpClient) => (await client.get(WHO)).status;
  const revoke = (client: HttpClient, id: string) => client.request("DELETE", `${SESSIONS}/${id}`);

  beforeAll(async () => {
    redis = await startRedis();
    const config = {
      server: { db_path: path.join(makeTempFolder("shared"), "fleet.sqlite3") },
      sessions: { backend: "redis", redis: { host: redis.host, port: redis.port } },
    };
    nodes = [await startFleetNode({ config }), await startFleetNode({ config })];
    admin = newClient();
    await waitFor(() => admin.login(testCredentials.username, testCredentials.password).then(() => true), {
      what: "a login",
    });
    for (const name of ["alice", "bob", "carol"]) await create(name);
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  });

  it("are told with when and where they began, on whichever node", async () => {
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const before = Date.now();
    const alice = await loggedIn("alice", 1, { "x-forwarded-for": "192.0.2.7", "user-agent": agent });
    const { sessions, total, next_cursor } = await list(admin, "?user=alice");
    expect([total, next_cursor]).toEqual([1, null]);
    const [session] = sessions;
    expect(session).toMatchObject({ username: "alice", address: "192.0.2.7", user_agent: agent, current: false });
    expect(session?.id).toMatch(/^[0-9a-f]{32}$/);
    for (const time of [session?.started_at, session?.last_used_at]) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(Date.parse(time ?? "")).toBeGreaterThanOrEqual(before - 60_000);
    }
    expect((await current(alice)).id).toBe(session?.id);
  });

  it("are everybody's for administrators, and one's own for everybody else", async () => {
    const bob = await loggedIn("bob");
    await loggedIn("alice");
    const mine = await list(bob);
    expect(new Set(mine.sessions.map(({ username }) => username))).toEqual(new Set(["bob"]));
    expect(await list(bob, "?user=bob")).toMatchObject({ total: mine.total });
    const all = await list(admin);
    expect(all.sessions.map(({ username }) => username)).toEqual(expect.arrayContaining(["admin", "alice", "bob"]));
    const refused = await bob.get(`${SESSIONS}?user=alice`);
    expect([refused.status, refused.json()]).toMatchObject([403, { code: "FORBIDDEN" }]);
  });

  it("show nothing from which a cookie could be made", async () => {
    const client = await loggedIn("carol");
    const cookie = decodeURIComponent(client.cookies.get("fleet_session") ?? "");
    const [sessionId = "", signature = ""] = cookie.replace(/^s:/, "").split(".");
    const shown = [await admin.get(SESSIONS), await client.get(SESSIONS)];
    for (const { status, text } of shown) {
      expect(status).toBe(200);
      expect(text).not.toContain(sessionId);
      expect(text).not.toContain(signature);
      expect(text).not.toMatch(/stamp|argon2|fleet:session/);
    }
    // What is shown opens nothing.
    const { id } = await current(client);
    for (const value of [id, `s:${id}.${signature}`]) {
      const thief = newClient(0, { cookie: `fleet_session=${encodeURIComponent(value)}` });
      expect(await statusOf(thief)).toBe(401);
    }
  });

  it("are ended by their user or an administrator, on all nodes at once", async () => {
    const [here, there] = [await loggedIn("alice", 0), await loggedIn("alice", 1)];
    const { id } = await current(there);
    expect((await revoke(here, id)).status).toBe(204);
    expect([await statusOf(there), await statusOf(here)]).toEqual([401, 200]);
    expect((await revoke(admin, (await current(here)).id)).status).toBe(204);
    expect(await statusOf(here)).toBe(401);
    expect(await statusOf(admin)).toBe(200);
    const again = await revoke(admin, id);
    expect([again.status, again.json()]).toMatchObject([404, { code: "UNKNOWN_SESSION" }]);
  });

  it("are ended by nobody else, who is not even told that they exist", async () => {
    const [alice, bob] = [await loggedIn("alice"), await loggedIn("bob")];
    const refused = await revoke(bob, (await current(alice)).id);
    const unknown = await revoke(bob, "0".repeat(32));
    expect([refused.status, unknown.status]).toEqual([404, 404]);
    const words = ({ text }: { text: string }) => (JSON.parse(text) as { error: string }).error;
    expect(words(refused)).toBe(words(unknown));
    expect(await statusOf(alice)).toBe(200);
    const cookie = `fleet_session=${admin.cookies.get("fleet_session") ?? ""}`;
    const evil = newClient(0, { cookie, "sec-fetch-site": "cross-site" });
    expect((await revoke(evil, (await current(alice)).id)).status).toBe(403);
    expect(await statusOf(alice)).toBe(200);
  });

  it("end with oneself, too, which takes the cookie back", async () => {
    const bob = await loggedIn("bob");
    const { id } = await current(bob);
    const answer = await revoke(bob, id);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(bob.cookies.has("fleet_session")).toBe(false);
    expect((await list(admin, "?user=bob&limit=500")).sessions.map((session) => session.id)).not.toContain(id);
  });

  it("come in pages, newest first, each once", async () => {
    await create("many");
    for (let i = 0; i < 5; i++) await loggedIn("many", (i % 2) as 0 | 1);
    const seen: Session[] = [];
    for (let cursor: string | null = null; ;) {
      const page: Page = await list(admin, `?user=many&limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
      expect(page.total).toBe(5);
      seen.push(...page.sessions);
      cursor = page.next_cursor;
      if (cursor === null) break;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    const times = seen.map(({ started_at }) => started_at);
    expect(times).toEqual(times.toSorted().reverse());
    for (const query of ["?cursor=nonsense", "?limit=0", "?limit=501", "?limit=x"]) {
      expect((await admin.get(SESSIONS + query)).status).toBe(400);
    }
  });

  it("that a request is on its way with are not brought back by it", async () => {
    const alice = await loggedIn("alice", 1);
    const { id } = await current(alice);
    const cookie = `fleet_session=${alice.cookies.get("fleet_session") ?? ""}`;
    const requests = Array.from({ length: 20 }, (_, i) => newClient((i % 2) as 0 | 1, { cookie }).get(WHO));
    const revoked = revoke(admin, id);
    for (const { status } of await Promise.all(requests)) expect([200, 401]).toContain(status);
    expect((await revoked).status).toBe(204);
    expect(await statusOf(alice)).toBe(401);
    expect((await list(admin, "?user=alice&limit=500")).sessions.map((each) => each.id)).not.toContain(id);
  });

  it("leave nothing in Redis that does not end by itself", async () => {
    await loggedIn("alice");
    const direct = new Redis(redis.port, redis.host, { db: 1 });
    const keys = await direct.keys("*");
    const endless = await Promise.all(keys.map(async (key) => ((await direct.ttl(key)) < 0 ? key : null)));
    direct.disconnect();
    expect(keys.length).toBeGreaterThan(0);
    expect(endless.filter((key) => key !== null)).toEqual([]);
  });

  it("and users write what happened into the event log before they are answered", async () => {
    await create("ines");
    const ines = await loggedIn("ines");
    await revoke(admin, (await current(ines)).id);
    await admin.request("PATCH", "/api/fleet/users/ines", { json: { role: "operator" } });
    await admin.post("/api/fleet/users/ines/password", { json: { password: "quite another sentence" } });
    await admin.request("DELETE", "/api/fleet/users/ines");
    const db = new Database(databaseOf(nodes[0]), { readonly: true });
    const kinds = db.prepare("SELECT kind FROM events WHERE subject = 'ines' ORDER BY id").pluck().all();
    const text = JSON.stringify(db.prepare("SELECT * FROM events").all());
    db.close();
    const ours = kinds.filter((kind) => /^(user|session)\./.test(String(kind)));
    expect(ours).toEqual(["user.created", "session.revoked", "user.changed", "user.changed", "user.deleted"]);
    expect(text).not.toContain("quite another sentence");
  });
});

function databaseOf({ configFile }: FleetNode): string {
  return /db_path: (.+)/.exec(readFileSync(configFile, "utf8"))?.[1] ?? "";
}
