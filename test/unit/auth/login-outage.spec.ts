import type { NestExpressApplication } from "@nestjs/platform-express";
import { rename } from "node:fs/promises";
import { testCredentials } from "../../support/fleet-node.js";
import { HttpClient } from "../../support/http-client.js";
import { startInProcess } from "../../support/in-process-node.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const { username, password } = testCredentials;

describe("while the session store is away", () => {
  const sessions = `${makeTempFolder("outage")}/sessions`;
  let app: NestExpressApplication;
  let client: HttpClient;
  let loggedIn: HttpClient;

  beforeAll(async () => {
    const node = await startInProcess({ FLEET_SESSIONS__SESSION_DIR: sessions });
    app = node.app;
    client = new HttpClient(node.url);
    loggedIn = new HttpClient(client.baseUrl);
    await loggedIn.login(username, password);
    await rename(sessions, `${sessions}.away`);
  });

  afterAll(async () => {
    client.close();
    loggedIn.close();
    await app.close();
  });

  it("a login by program is a 503, not a 401", async () => {
    const answer = await client.post("/login", { json: { username, password } });
    expect([answer.status, answer.json()]).toMatchObject([503, { code: "BACKEND_UNAVAILABLE" }]);
    expect(answer.headers["retry-after"]).toBe("2");
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("a login by form is told the reason", async () => {
    const answer = await client.post("/login", { form: { username, password, next: "/machine/web-01" } });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
    expect(answer.json()).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    expect(answer.text).not.toContain(password);
  });

  it("a page is sent all the same, and says itself what is away", async () => {
    const answer = await loggedIn.get("/machines");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
    expect(answer.text).toContain('<div id="root">');
  });

  it("whoever is logged in gets a 503, never a 401 or a redirect to the login", async () => {
    for (const path of ["/api/fleet/current-user", "/dashboard"]) {
      expect((await loggedIn.get(path)).status).toBe(503);
    }
    expect((await loggedIn.post("/logout", { json: {} })).status).toBe(503);
  });

  it("whoever sends no cookie is asked to log in all the same", async () => {
    expect((await client.get("/api/fleet/current-user")).status).toBe(401);
    expect((await client.get("/login")).status).toBe(200);
  });

  it("agents notice nothing", async () => {
    const headers = { "x-api-key": testCredentials.apiKey, cookie: "fleet_session=s%3Aold.cookie" };
    expect((await client.get("/api/fleet/commands/web-01", { headers })).status).toBe(200);
  });

  it("whoever was logged in still is once it is back", async () => {
    await rename(`${sessions}.away`, sessions);
    expect((await loggedIn.get("/api/fleet/current-user")).status).toBe(200);
  });
});
