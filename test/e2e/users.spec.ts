import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { makeTempFolder } from "../support/temp-folder.js";

const USERS = "/api/fleet/users";
const WHO = "/api/fleet/current-user";
const PASSWORD = "several plain words";

/** Two nodes with one database and one session store, as behind a load balancer. */
describe("users", () => {
  let nodes: [FleetNode, FleetNode];
  let admin: HttpClient;
  const clients: HttpClient[] = [];

  const newClient = (at: 0 | 1 = 0, headers: Record<string, string> = {}) => {
    const client = new HttpClient(nodes[at].url, { headers });
    clients.push(client);
    return client;
  };
  const loggedIn = async (username: string, password = PASSWORD, at: 0 | 1 = 0) => {
    const client = newClient(at);
    await client.login(username, password);
    return client;
  };
  const create = (username: string, role = "viewer", password = PASSWORD) =>
    admin.post(USERS, { json: { username, role, password } });
  const statusOf = async (client: HttpClient) => (await client.get(WHO)).status;
  const refusalOf = (answer: Answer) => [answer.status, (answer.json() as { code: string }).code];

  beforeAll(async () => {
    const folder = makeTempFolder("shared");
    const config = {
      server: { db_path: path.join(folder, "fleet.sqlite3") },
      sessions: { backend: "sqlite", db_path: path.join(folder, "sessions.db") },
    };
    nodes = [await startFleetNode({ config }), await startFleetNode({ config })];
    admin = await loggedIn(testCredentials.username, testCredentials.password);
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  it("are created, listed and deleted by an administrator", async () => {
    const created = await create("dora", "operator");
    expect([created.status, created.json()]).toEqual([
      201,
      { username: "dora", role: "operator", created_at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown },
    ]);
    const other = await loggedIn("dora", PASSWORD, 1);
    expect((await other.get(WHO)).json()).toEqual({ username: "dora", role: "operator" });
    const list = (await admin.get(`${USERS}?limit=500`)).json() as { users: { username: string }[] };
    expect(list.users.map(({ username }) => username)).toEqual(expect.arrayContaining(["admin", "dora"]));
    expect(JSON.stringify(list)).not.toMatch(/argon2|hash/i);
    expect((await admin.request("DELETE", `${USERS}/dora`)).status).toBe(204);
    expect(await statusOf(other)).toBe(401);
    expect(refusalOf(await admin.request("DELETE", `${USERS}/dora`))).toEqual([404, "UNKNOWN_USER"]);
    expect((await newClient().post("/login", { json: { username: "dora", password: PASSWORD } })).status).toBe(401);
  });

  it("are listed in pages", async () => {
    for (const name of ["page-1", "page-2", "page-3"]) await create(name);
    const page = async (query: string) => (await admin.get(`${USERS}${query}`)).json() as Page;
    interface Page {
      users: { username: string }[];
      next_cursor: string | null;
    }
    const names: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { users, next_cursor }: Page = await page(`?limit=2&cursor=${encodeURIComponent(cursor)}`);
      names.push(...users.map(({ username }) => username));
      cursor = next_cursor;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["admin", "page-1", "page-2", "page-3"]));
    expect((await admin.get(`${USERS}?limit=0`)).status).toBe(400);
  });

  it.each([
    ["a name taken", { username: "admin" }, 409, "USER_EXISTS"],
    ["a name that is none", { username: "a/b" }, 400, "INVALID_USERNAME"],
    ["a short password", { password: "short" }, 400, "WEAK_PASSWORD"],
    ["the name as password", { username: "rumpelstiltskin", password: "rumpelstiltskin" }, 400, "WEAK_PASSWORD"],
    ["a password beyond all bounds", { password: "x".repeat(1025) }, 400, "INVALID_REQUEST"],
    ["no password", { password: undefined }, 400, "INVALID_REQUEST"],
    ["a role there is not", { role: "root" }, 400, "INVALID_REQUEST"],
    ["a list as name", { username: ["x"] }, 400, "INVALID_REQUEST"],
    ["a field nobody knows", { passwort: "x" }, 400, "INVALID_REQUEST"],
  ])("are not created with %s", async (_what, change, status, code) => {
    const answer = await admin.post(USERS, {
      json: { username: "erin", password: PASSWORD, role: "viewer", ...change },
    });
    expect(refusalOf(answer)).toEqual([status, code]);
    expect((answer.json() as { error: string }).error).not.toMatch(/rumpelstiltskin|short'/);
  });

  it("are not created without a body, or by what is no JSON", async () => {
    expect(refusalOf(await admin.post(USERS))).toEqual([400, "INVALID_REQUEST"]);
    const broken = await admin.post(USERS, { body: "{", headers: { "content-type": "application/json" } });
    expect(broken.status).toBe(400);
  });

  it("are nobody's business but an administrator's", async () => {
    await create("olga", "operator");
    const olga = await loggedIn("olga");
    for (const answer of [
      await olga.get(USERS),
      await olga.post(USERS, { json: { username: "eve", password: PASSWORD, role: "admin" } }),
      await olga.request("PATCH", `${USERS}/olga`, { json: { role: "admin" } }),
      await olga.request("DELETE", `${USERS}/admin`),
      await olga.post(`${USERS}/admin/password`, { json: { password: PASSWORD } }),
      await olga.post(`${USERS}/nobody/password`, { json: { password: PASSWORD } }),
    ]) {
      expect(refusalOf(answer)).toEqual([403, "FORBIDDEN"]);
    }
  });

  it("are not changed from another site's page", async () => {
    const cookie = `fleet_session=${admin.cookies.get("fleet_session") ?? ""}`;
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      const evil = newClient(0, { cookie, ...headers });
      for (const answer of [
        await evil.post(USERS, { form: { username: "eve", password: PASSWORD, role: "admin" } }),
        await evil.request("PATCH", `${USERS}/admin`, { json: { role: "viewer" } }),
        await evil.request("DELETE", `${USERS}/admin`),
        await evil.post(`${USERS}/admin/password`, { form: { password: PASSWORD } }),
      ]) {
        expect(refusalOf(answer)).toEqual([403, "CROSS_ORIGIN"]);
      }
    }
  });

  it("lose their sessions on all nodes with a new role, and have it after the next login", async () => {
    await create("rolf", "operator");
    const sessions = [await loggedIn("rolf", PASSWORD, 0), await loggedIn("rolf", PASSWORD, 1)];
    const unchanged = await admin.request("PATCH", `${USERS}/rolf`, { json: { role: "operator" } });
    expect([unchanged.status, unchanged.json()]).toMatchObject([200, { role: "operator" }]);
    for (const session of sessions) expect(await statusOf(session)).toBe(200);
    const changed = await admin.request("PATCH", `${USERS}/rolf`, { json: { role: "viewer" } });
    expect([changed.status, changed.json()]).toMatchObject([200, { username: "rolf", role: "viewer" }]);
    for (const session of sessions) expect(await statusOf(session)).toBe(401);
    expect((await (await loggedIn("rolf")).get(WHO)).json()).toEqual({ username: "rolf", role: "viewer" });
    const unknown = await admin.request("PATCH", `${USERS}/nobody`, { json: { role: "viewer" } });
    expect(refusalOf(unknown)).toEqual([404, "UNKNOWN_USER"]);
  });

  it("always have an administrator among them", async () => {
    for (const request of [
      admin.request("DELETE", `${USERS}/admin`),
      admin.request("PATCH", `${USERS}/admin`, { json: { role: "operator" } }),
    ]) {
      expect(refusalOf(await request)).toEqual([409, "LAST_ADMIN"]);
    }
    expect(await statusOf(admin)).toBe(200);
  });

  it("change their own password with the current one, and stay logged in there alone", async () => {
    await create("paula");
    const here = await loggedIn("paula");
    const others = [await loggedIn("paula", PASSWORD, 0), await loggedIn("paula", PASSWORD, 1)];
    const sameElsewhere = newClient(1, { cookie: `fleet_session=${here.cookies.get("fleet_session") ?? ""}` });
    const change = (json: object) => here.post(`${USERS}/paula/password`, { json });
    const next = "quite another sentence";
    expect(refusalOf(await change({ password: next }))).toEqual([400, "CURRENT_PASSWORD_REQUIRED"]);
    expect(refusalOf(await change({ password: next, current_password: "wrong" }))).toEqual([403, "WRONG_PASSWORD"]);
    expect(refusalOf(await change({ password: "short", current_password: PASSWORD }))).toEqual([400, "WEAK_PASSWORD"]);
    for (const other of others) expect(await statusOf(other)).toBe(200);

    expect((await change({ password: next, current_password: PASSWORD })).status).toBe(204);
    expect([await statusOf(here), await statusOf(sameElsewhere)]).toEqual([200, 200]);
    for (const other of others) expect(await statusOf(other)).toBe(401);
    await expect(loggedIn("paula")).rejects.toThrow(/401/);
    await loggedIn("paula", next, 1);
    // And once more, from the session that stayed.
    expect((await change({ password: PASSWORD, current_password: next })).status).toBe(204);
    expect(await statusOf(here)).toBe(200);
  });

  it("stay logged in where they change the password, whatever else that browser asks meanwhile", async () => {
    await create("petra");
    const here = await loggedIn("petra");
    const cookie = `fleet_session=${here.cookies.get("fleet_session") ?? ""}`;
    const tabs = [newClient(0, { cookie }), newClient(1, { cookie })];
    let changing = true;
    const watching = tabs.map(async (tab) => {
      const seen = new Set<number>();
      while (changing) seen.add(await statusOf(tab));
      return [...seen];
    });
    let current = PASSWORD;
    for (let round = 0; round < 4; round++) {
      const password = `${PASSWORD} ${round}`;
      const json = { password, current_password: current };
      expect((await here.post(`${USERS}/petra/password`, { json })).status).toBe(204);
      current = password;
    }
    changing = false;
    expect(await Promise.all(watching)).toEqual([[200], [200]]);
  });

  it("cannot have their password guessed through an open session faster than through the login", async () => {
    await create("gerda");
    const gerda = await loggedIn("gerda");
    const json = { password: "quite another sentence", current_password: "a guess" };
    for (let guess = 0; guess < 5; guess++) {
      expect((await gerda.post(`${USERS}/gerda/password`, { json })).status).toBe(403);
    }
    const answer = await gerda.post(`${USERS}/gerda/password`, { json });
    expect(refusalOf(answer)).toEqual([429, "TOO_MANY_ATTEMPTS"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("get a new password from an administrator, who stays logged in, and lose all their sessions", async () => {
    await create("nora");
    const sessions = [await loggedIn("nora", PASSWORD, 0), await loggedIn("nora", PASSWORD, 1)];
    const reset = (json: object) => admin.post(`${USERS}/nora/password`, { json });
    expect(refusalOf(await reset({ password: "nora nora nora" }))).toEqual([400, "WEAK_PASSWORD"]);
    expect((await reset({ password: "quite another sentence" })).status).toBe(204);
    for (const session of sessions) expect(await statusOf(session)).toBe(401);
    expect(await statusOf(admin)).toBe(200);
    await loggedIn("nora", "quite another sentence");
    const unknown = await admin.post(`${USERS}/nobody/password`, { json: { password: PASSWORD } });
    expect(refusalOf(unknown)).toEqual([404, "UNKNOWN_USER"]);
  });

  it("who come again under a deleted user's name are not that user's sessions", async () => {
    await create("zoe", "operator");
    const before = await loggedIn("zoe", PASSWORD, 1);
    await admin.request("DELETE", `${USERS}/zoe`);
    await create("zoe", "operator");
    expect(await statusOf(before)).toBe(401);
  });
});
