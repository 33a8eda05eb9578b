import type { NestExpressApplication } from "@nestjs/platform-express";
import { assetUrl, findAsset } from "../../../src/common/html/assets.js";
import { testCredentials } from "../../support/fleet-node.js";
import { HttpClient } from "../../support/http-client.js";
import { startInProcess } from "../../support/in-process-node.js";

const { apiKey, username, password } = testCredentials;

describe("the pages", () => {
  let app: NestExpressApplication;
  let client: HttpClient;

  beforeAll(async () => {
    const node = await startInProcess({ FLEET_ORGANIZATION__NAME: "Acme & Sons" });
    app = node.app;
    client = new HttpClient(node.url);
    await client.login(username, password);
  });

  afterAll(async () => {
    client.close();
    await app.close();
  });

  it("lead from the front door to the dashboard, and from the login as well for those who are logged in", async () => {
    for (const path of ["/", "/login"]) {
      const answer = await client.get(path);
      expect([answer.status, answer.headers.location]).toEqual([302, "/dashboard"]);
    }
  });

  it("show how to add a machine until one reports, and then that machine", async () => {
    const empty = await client.get("/dashboard");
    expect(empty.text).toContain(`fleet-agent --server ${client.baseUrl} --api-key-file FILE`);
    const report = {
      machine_id: "<b>web-01</b>",
      machine_info: { hostname: null },
      metrics: { cpu: { percent: 12.5 } },
    };
    await client.post("/api/fleet/report", { json: report, headers: { "x-api-key": apiKey } });
    const page = await client.get("/dashboard");
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.text).toContain("<title>Machines · Acme &amp; Sons</title>");
    expect(page.text).toContain("<bdi>&lt;b&gt;web-01&lt;/b&gt;</bdi>");
    expect(page.text).toContain("13 %");
    expect(page.text).not.toContain(apiKey);
  });

  it("refuse a page that does not exist", async () => {
    expect((await client.get("/dashboard?cursor=nonsense")).status).toBe(400);
  });

  it("let browsers keep style and icon for as long as they are these, and no longer", async () => {
    for (const name of ["style.css", "icon.svg"] as const) {
      const versioned = await client.get(assetUrl(name));
      expect(versioned.text).toBe(findAsset(name)?.content);
      expect(versioned.headers["content-type"]).toBe(findAsset(name)?.type);
      expect(versioned.headers["cache-control"]).toMatch(/immutable/);
      const other = await client.get(`/assets/${name}?v=of-another-version`);
      expect([other.status, other.headers["cache-control"]]).toEqual([200, "no-cache"]);
    }
    expect((await client.get("/assets/nothing.css")).status).toBe(404);
  });

  it("allow no script and no style but this server's own", async () => {
    const policy = String((await client.get("/dashboard")).headers["content-security-policy"]);
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain("unsafe-inline");
  });
});
