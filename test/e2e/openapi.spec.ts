import type { OpenAPIObject } from "@nestjs/swagger";
import type { OperationObject } from "../../src/openapi/operation-object.js";
import { DescribedApi } from "../support/described-api.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";

/** What stands for the parameters of addresses. */
const parameters: Readonly<Record<string, string>> = { id: "web-01", machineId: "web-01" };
const report = {
  machine_id: "web-01",
  machine_info: { hostname: "web-01", os: null, tags: ["a"], beyond: { what: "is described" } },
  metrics: { cpu: { percent: null, load_avg: [0.1] }, memory: { percent: 95 }, battery: null, beyond: [1] },
};

describe("the described API of a running node", () => {
  let node: FleetNode;
  let operator: HttpClient;
  let agent: HttpClient;
  let api: DescribedApi;

  beforeAll(async () => {
    node = await startFleetNode({
      config: {
        server: { db_encryption_key: newFernetKey() },
        cluster: { enabled: true, node_id: "node-1" },
        alerts: {
          interval: 0.5,
          memory: { for: 0, above: 90 },
          receivers: [{ name: "chat", type: "slack", url: "http://127.0.0.1:9/" }],
          overrides: [{ tag: "b", cpu: "off" }],
        },
      },
    });
    operator = new HttpClient(node.url);
    agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
    await operator.login(testCredentials.username, testCredentials.password);
    api = new DescribedApi((await operator.get("/api/openapi.json")).json() as OpenAPIObject);
  });

  afterAll(async () => {
    operator.close();
    agent.close();
    await node.stop();
  });

  const complaint = (operation: OperationObject, answer: Answer) => api.complaint(operation, answer);
  const operationAt = (path: string, method: "get" | "post") => api.at(`${method.toUpperCase()} ${path}`);

  it("answers reports as described", async () => {
    const one = await agent.post("/api/fleet/report", { json: report });
    expect([one.status, complaint(operationAt("/api/fleet/report", "post"), one)]).toEqual([200, undefined]);
    const body = `${JSON.stringify(report)}\n{}\n`;
    const batch = await agent.post("/api/fleet/reports", { body, headers: { "content-type": "application/x-ndjson" } });
    expect([batch.status, complaint(operationAt("/api/fleet/reports", "post"), batch)]).toEqual([200, undefined]);
    const refused = await agent.post("/api/fleet/report", { json: {} });
    expect([refused.status, refused.json()]).toEqual([400, expect.objectContaining({ code: "INVALID_MACHINE_ID" })]);
    expect(complaint(operationAt("/api/fleet/report", "post"), refused)).toBeUndefined();
  });

  it("answers whatever can be read as described", async () => {
    // A stream is never read to its end.
    const isRead = ([path, { get }]: [string, OpenAPIObject["paths"][string]]) =>
      get !== undefined && path !== "/api/fleet/stream";
    const readable = Object.entries(api.document.paths).filter(isRead);
    expect(readable.length).toBeGreaterThan(15);
    const silence = { matcher: { kind: "cpu" }, duration: 60 };
    const silenced = await operator.post("/api/fleet/silences", { json: silence });
    expect([silenced.status, complaint(operationAt("/api/fleet/silences", "post"), silenced)]).toEqual([
      201,
      undefined,
    ]);
    const incident = await waitFor(
      async () => ((await operator.get("/api/fleet/incidents")).json() as { incidents: { id: string }[] }).incidents[0],
      { what: "an incident" },
    );
    for (const [path] of readable) {
      const operation = operationAt(path, "get");
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
        path.includes("/incidents/") ? incident.id : (parameters[name] ?? "none"),
      );
      const client = operation.security?.some((needed) => "agentKey" in needed) ? agent : operator;
      const answer = await client.get(address);
      expect([path, complaint(operation, answer)]).toEqual([path, undefined]);
      expect([path, answer.status < 400]).toEqual([path, true]);
    }
  });

  it("answers points of several samples as described", async () => {
    const operation = operationAt("/api/fleet/history/{id}", "get");
    for (const resolution of ["raw", "5m", "1h", "auto"]) {
      const answer = await operator.get(`/api/fleet/history/web-01?resolution=${resolution}`);
      expect([resolution, answer.status, complaint(operation, answer)]).toEqual([resolution, 200, undefined]);
    }
  });

  it("says what is not described", () => {
    const answer = (members: object): Answer => ({
      status: 200,
      headers: { "content-type": "application/json" },
      text: "",
      json: () => ({ username: "admin", role: "admin", ...members }),
    });
    const operation = operationAt("/api/fleet/current-user", "get");
    expect(complaint(operation, answer({}))).toBeUndefined();
    expect(complaint(operation, answer({ secret: 1 }))).toMatch(/secret/);
  });

  it("sends the page of it under the content security policy of all pages, and strangers to the login", async () => {
    const page = await operator.get("/api/docs");
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
    expect(page.text).toContain("GET /api/fleet/machines");
    const stranger = new HttpClient(node.url);
    expect((await stranger.get("/api/docs")).headers.location).toBe("/login?next=%2Fapi%2Fdocs");
    stranger.close();
  });
});
