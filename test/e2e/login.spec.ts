import { dirname, join } from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { makeCertificates } from "../support/certificates.js";
import { startPostgres } from "../support/postgres-server.js";

const { username, password } = testCredentials;

describe("logging in", () => {
  let node: FleetNode;
  const clients: HttpClient[] = [];
  const newClient = (headers: Record<string, string> = {}) => {
    const client = new HttpClient(node.url, { headers });
    clients.push(client);
    return client;
  };
  const cookieLine = (headers: { "set-cookie"?: string[] | undefined }) =>
    headers["set-cookie"]?.find((line) => line.startsWith("fleet_session=")) ?? "";

  beforeAll(async () => {
    node = await startFleetNode();
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await node.stop();
  });

  it("works for programs, and tells who one is", async () => {
    const client = newClient();
    const answer = await client.login(username, password);
    expect(answer.json()).toEqual({ status: "ok", username: "admin", role: "admin" });
    expect((await client.get("/api/fleet/current-user")).json()).toEqual({ username: "admin", role: "admin" });
  });

  it("works for browsers, and leads to the page asked for on this server and no other", async () => {
    const login = (form: Record<string, string>) =>
      newClient().post("/login", { form: { username, password, ...form } });
    expect((await login({})).headers.location).toBe("/dashboard");
    expect((await login({ next: "/dashboard?page=2" })).headers.location).toBe("/dashboard?page=2");
    for (const next of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
      expect((await login({ next })).headers.location).toBe("/dashboard");
    }
    // With a stricter policy a browser hides from the node that the form is the node's own.
    expect((await newClient().get("/login")).headers["referrer-policy"]).toBe("same-origin");
    const page = await newClient().get("/dashboard");
    expect([page.status, page.headers.location]).toEqual([302, "/login?next=%2Fdashboard"]);
  });

  it("gives a cookie for this session alone: HttpOnly, SameSite, no expiry, Secure exactly over HTTPS", async () => {
    const plain = cookieLine((await newClient().login(username, password)).headers);
    expect(plain).toMatch(/; HttpOnly/);
    expect(plain).toMatch(/; SameSite=(Lax|Strict)/);
    expect(plain).not.toMatch(/Secure|Expires|Max-Age/i);
    // The proxy on the loopback address is believed by default.
    const proxied = await newClient({ "x-forwarded-proto": "https" }).login(username, password);
    expect(cookieLine(proxied.headers)).toMatch(/; Secure/);
  });

  it("is over HTTPS itself Secure", async () => {
    const certificates = makeCertificates();
    const secure = await startFleetNode({
      config: { ssl: { cert_file: certificates.certFile, key_file: certificates.keyFile } },
    });
    const client = new HttpClient(secure.url, { ca: certificates.ca });
    expect(cookieLine((await client.login(username, password)).headers)).toMatch(/; Secure/);
    client.close();
    await secure.stop();
  });

  it("gives a new session id, so that one planted before cannot be used after", async () => {
    const client = newClient();
    await client.login(username, password);
    const first = client.cookies.get("fleet_session");
    await client.login(username, password);
    expect(client.cookies.get("fleet_session")).not.toBe(first);
    const old = newClient({ cookie: `fleet_session=${first ?? ""}` });
    expect((await old.get("/api/fleet/current-user")).status).toBe(401);
  });

  it("refuses a wrong password and an unknown user with the same words", async () => {
    const wrong = await newClient().post("/login", { json: { username, password: "wrong password" } });
    const unknown = await newClient().post("/login", { json: { username: "nobody", password } });
    for (const answer of [wrong, unknown]) {
      expect([answer.status, answer.json()]).toMatchObject([401, { code: "INVALID_CREDENTIALS" }]);
      expect(cookieLine(answer.headers)).toBe("");
    }
    expect((wrong.json() as { error: string }).error).toBe((unknown.json() as { error: string }).error);
    const form = await newClient().post("/login", { form: { username, password: "wrong password" } });
    expect([form.status, form.json()]).toMatchObject([401, { code: "INVALID_CREDENTIALS" }]);
    expect(form.text).not.toContain("wrong password");
  });

  it.each([
    ["nothing", {}],
    ["no password", { username: "admin" }],
    ["a list as password", { username: "admin", password: ["x"] }],
    ["a megabyte of password", { username: "admin", password: "x".repeat(50_000) }],
  ])("with %s is a 400 that says so", async (_what, json) => {
    const answer = await newClient().post("/login", { json });
    expect([answer.status, (answer.json() as { code: string }).code]).toEqual([400, "INVALID_LOGIN"]);
  });

  it("with a body that is not JSON is a 400, and with one too large a 413", async () => {
    const headers = { "content-type": "application/json" };
    expect((await newClient().post("/login", { body: "{", headers })).status).toBe(400);
    const large = await newClient().post("/login", {
      body: JSON.stringify({ username: "x".repeat(300_000) }),
      headers,
    });
    expect(large.status).toBe(413);
  });

  it("ends everywhere with a logout, and only then", async () => {
    const client = newClient();
    await client.login(username, password);
    const copy = newClient({ cookie: `fleet_session=${client.cookies.get("fleet_session") ?? ""}` });
    expect((await copy.get("/api/fleet/current-user")).status).toBe(200);
    const answer = await client.post("/logout", { json: {} });
    expect([answer.status, answer.json()]).toEqual([200, { status: "ok" }]);
    expect((await copy.get("/api/fleet/current-user")).status).toBe(401);
    expect((await client.post("/logout", { form: {} })).headers.location).toBe("/login");
  });

  it("survives a restart of the node", async () => {
    const client = newClient();
    await client.login(username, password);
    await node.stop();
    await node.start();
    expect((await client.get("/api/fleet/current-user")).status).toBe(200);
  });

  it("keeps the first admin's password when the configuration changes later", async () => {
    await node.stop();
    const changed = await startFleetNode({
      config: {
        server: { db_path: join(dirname(node.configFile), "fleet.sqlite3"), web_password: "another password" },
      },
    });
    const client = new HttpClient(changed.url);
    await client.login(username, password);
    await expect(client.login(username, "another password")).rejects.toThrow(/401/);
    client.close();
    await changed.stop();
    await node.start();
  });
});

describe("being logged in while the database is frozen", () => {
  it("keeps no reader waiting for it: the session store is well", async () => {
    const postgres = await startPostgres();
    const node = await startFleetNode({ config: { server: { db_backend: "postgresql", db_url: postgres.url } } });
    const readers = Array.from({ length: 5 }, () => new HttpClient(node.url));
    for (const reader of readers) await reader.login(username, password);
    postgres.freeze();
    try {
      const start = performance.now();
      const requests = readers.flatMap((reader) => [1, 2, 3].map(() => reader.get("/api/fleet/current-user")));
      expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(15).fill(200));
      // The database itself is given up after 1.5 s, and 3.5 s where there is no connection.
      expect(performance.now() - start).toBeLessThan(1_400);
    } finally {
      postgres.resume();
      for (const reader of readers) reader.close();
    }
    await node.stop();
    await postgres.stop();
  });
});
