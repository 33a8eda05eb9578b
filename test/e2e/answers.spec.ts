import type { NestExpressApplication } from "@nestjs/platform-express";
import type { OpenAPIObject } from "@nestjs/swagger";
import { readFileSync } from "node:fs";
import path from "node:path";
import { NodeLifecycle } from "../../src/lifecycle/node-lifecycle.js";
import { type Described, DescribedApi } from "../support/described-api.js";
import { testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { HttpSink } from "../support/http-sink.js";
import { startInProcess } from "../support/in-process-node.js";
import { projectRoot } from "../support/project-root.js";
import { type Callers, generalCases, ownCases } from "./answer-cases.js";

// A unit test holds it and the code together.
const api = new DescribedApi(
  JSON.parse(readFileSync(path.join(projectRoot, "docs/openapi.json"), "utf8")) as OpenAPIObject,
);

describe("every answer that is described", () => {
  let app: NestExpressApplication;
  let callers: Callers;
  const clients: HttpClient[] = [];

  beforeAll(async () => {
    const sink = await HttpSink.start();
    const node = await startInProcess({
      FLEET_ALERTS__INTERVAL: "1",
      FLEET_ALERTS__CPU__ABOVE: "90",
      FLEET_ALERTS__CPU__FOR: "0",
      FLEET_ALERTS__RECEIVERS: JSON.stringify([
        { name: "there", type: "webhook", url: sink.url, secret: "a-secret-for-tests", min_severity: "critical" },
        { name: "away", type: "slack", url: `${sink.url}/broken`, min_severity: "critical" },
      ]),
    });
    ({ app } = node);
    const client = (headers: Record<string, string> = {}) => {
      const made = new HttpClient(node.url, { headers });
      clients.push(made);
      return made;
    };
    const admin = client();
    await admin.login(testCredentials.username, testCredentials.password);
    const json = { username: "viewer", password: testCredentials.password, role: "viewer" };
    await admin.post("/api/fleet/users", { json });
    const viewer = client();
    await viewer.login("viewer", testCredentials.password);
    const limited = { name: "limited", scope: "admin", requests_per_minute: 1 };
    const { key } = (await admin.post("/api/fleet/api-keys", { json: limited })).json() as { key: string };
    const agent = client({ "x-api-key": testCredentials.apiKey });
    await agent.post("/api/fleet/report", { json: { machine_id: "web-01", metrics: { cpu: { percent: 95 } } } });
    callers = {
      admin,
      viewer,
      agent,
      stranger: client(),
      program: client({ authorization: `Bearer ${key}` }),
      lifecycle: app.get(NodeLifecycle),
    };
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await app.close();
  });

  /** Why an answer cannot be had, or is not as described; undefined where it can and is. */
  const complaint = async (described: Described, status: string): Promise<string | undefined> => {
    const name = `${described.name} ${status}`;
    const provoke = ownCases[name] ?? generalCases[status]?.(described);
    if (!provoke) return `add a case for ${name} to answer-cases.ts`;
    const answer = await provoke(callers, described);
    if (String(answer.status) !== status) return `the case for ${name} is answered ${answer.status}: ${answer.text}`;
    const wrong = api.complaint(described.operation, answer);
    if (wrong !== undefined) return `${name}: ${wrong}`;
    const { $ref, description = "" } = described.operation.responses[status] as { $ref?: string; description?: string };
    if ($ref === undefined) return undefined;
    const { code } = answer.json() as { code: string };
    return description.includes(`\`${code}\``) ? undefined : `${name}: the code ${code} is not described`;
  };

  it.each(api.operations.map((described) => [described.name, described] as const))(
    "is had from %s, and is as described",
    async (_name, described) => {
      const complaints: (string | undefined)[] = [];
      for (const status of Object.keys(described.operation.responses))
        complaints.push(await complaint(described, status));
      expect(complaints.filter((one) => one !== undefined)).toEqual([]);
    },
  );

  it("has a case for nothing else", () => {
    const pairs = new Set(
      api.operations.flatMap(({ name, operation }) =>
        Object.keys(operation.responses).map((status) => `${name} ${status}`),
      ),
    );
    expect(Object.keys(ownCases).filter((name) => !pairs.has(name))).toEqual([]);
  });

  it("is missed where no case is known", async () => {
    const described = { name: "POST /api/none", method: "POST", path: "/api/none", operation: { responses: {} } };
    expect(await complaint(described, "201")).toBe("add a case for POST /api/none 201 to answer-cases.ts");
  });
});
