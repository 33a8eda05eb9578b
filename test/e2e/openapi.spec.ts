import type { OpenAPIObject } from "@nestjs/swagger";
import { z } from "zod";
import type { OperationObject } from "../../src/openapi/operation-object.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";

interface Schema {
  readonly $ref?: string;
  readonly properties?: object;
  readonly additionalProperties?: unknown;
}
type Components = Readonly<Record<string, Schema>>;

/** What stands for the parameters of addresses. */
const parameters: Readonly<Record<string, string>> = { id: "web-01", machineId: "web-01" };
const report = {
  machine_id: "web-01",
  machine_info: { hostname: "web-01", os: null, tags: ["a"], beyond: { what: "is described" } },
  metrics: { cpu: { percent: null, load_avg: [0.1] }, memory: { percent: 95 }, battery: null, beyond: [1] },
};

/** As `schema`, but with no member that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const { additionalProperties = "properties" in schema ? false : undefined, ...others }: Schema = schema;
  const members = Object.fromEntries(Object.entries(others).map(([name, member]) => [name, closed(member)]));
  return additionalProperties === undefined ? members : { ...members, additionalProperties };
}

describe("the described API of a running node", () => {
  let node: FleetNode;
  let operator: HttpClient;
  let agent: HttpClient;
  let document: OpenAPIObject;

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
    document = (await operator.get("/api/openapi.json")).json() as OpenAPIObject;
  });

  afterAll(async () => {
    operator.close();
    agent.close();
    await node.stop();
  });

  /** Why an answer is not what the document says of it; undefined where it is. */
  const complaint = (operation: OperationObject, answer: Answer) => {
    const described = operation.responses[String(answer.status)];
    if (!described) return `${answer.status} is not described: ${answer.text}`;
    const name = "$ref" in described ? (described.$ref.split("/").at(-1) ?? "") : "";
    const response = "$ref" in described ? document.components?.responses?.[name] : described;
    const content = response && "content" in response ? response.content : undefined;
    const schema = content?.["application/json"]?.schema;
    if (!schema) return undefined;
    const components = document.components?.schemas as Components;
    const text = JSON.stringify(closed({ ...schema, $defs: components }));
    const parsed = JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")) as Parameters<
      typeof z.fromJSONSchema
    >[0];
    const { error } = z.fromJSONSchema(parsed).safeParse(answer.json());
    return error && z.prettifyError(error);
  };
  const operationAt = (path: string, method: "get" | "post") => {
    const operation = document.paths[path]?.[method];
    if (!operation) throw new Error(`${method} ${path} is not described`);
    return operation;
  };

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
    const readable = Object.entries(document.paths).filter(isRead);
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
      headers: {},
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
