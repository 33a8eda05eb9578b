import type { NestExpressApplication } from "@nestjs/platform-express";
import { HttpClient } from "../support/http-client.js";
import { startInProcess } from "../support/in-process-node.js";
import { testCredentials } from "../support/fleet-node.js";
import { ApiDocument } from "../../src/openapi/api-document.js";
import type { OperationObject } from "../../src/openapi/operation-object.js";

/** Every route there is, and who may call it. A new route must be added here, and thought about. */
const expected: Record<string, "public" | "agent" | "operator" | "admin"> = {
  "GET /": "public",
  "GET /login": "public",
  "POST /login": "public",
  "POST /logout": "public",
  "GET /dashboard": "operator",
  "GET /machines": "operator",
  "GET /machine/:id": "operator",
  "GET /cluster": "operator",
  "GET /alerts": "operator",
  "GET /events": "operator",
  "GET /settings": "operator",
  "GET /settings/:section": "operator",
  "GET /api/fleet/current-user": "operator",
  "GET /api/fleet/events": "operator",
  "GET /api/fleet/incidents": "operator",
  "GET /api/fleet/incidents/:id": "operator",
  "GET /api/fleet/alerts": "operator",
  "POST /api/fleet/alerts/receivers/:name/test": "operator",
  "GET /api/fleet/silences": "operator",
  "POST /api/fleet/silences": "operator",
  "DELETE /api/fleet/silences/:id": "operator",
  "GET /api/fleet/sessions": "operator",
  "DELETE /api/fleet/sessions/:id": "operator",
  "GET /api/fleet/api-keys": "admin",
  "POST /api/fleet/api-keys": "admin",
  "DELETE /api/fleet/api-keys/:id": "admin",
  "GET /api/fleet/users": "admin",
  "POST /api/fleet/users": "admin",
  "PATCH /api/fleet/users/:name": "admin",
  "DELETE /api/fleet/users/:name": "admin",
  "POST /api/fleet/users/:name/password": "operator",
  "POST /api/fleet/report": "agent",
  "POST /api/fleet/reports": "agent",
  "GET /api/fleet/commands/:machineId": "agent",
  "GET /api/fleet/machines": "operator",
  "GET /api/fleet/machine/:id": "operator",
  "DELETE /api/fleet/machine/:id": "admin",
  "GET /api/fleet/overview": "operator",
  "GET /api/fleet/summary": "operator",
  "GET /api/fleet/stream": "operator",
  "GET /api/fleet/about": "operator",
  "GET /api/fleet/history/:id": "operator",
  "GET /api/fleet/cluster/status": "operator",
  "GET /api/fleet/cluster/nodes": "operator",
  "GET /api/fleet/cluster/health-check": "operator",
  "GET /api/fleet/cluster/health": "public",
  "GET /api/openapi.json": "operator",
  "GET /api/docs": "operator",
  "GET /health/live": "public",
  "GET /health/ready": "public",
};

/** Taken at the HTTP server, before Express. */
const direct = ["POST /api/fleet/report", "POST /api/fleet/reports"];

interface ExpressLayer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
}

let app: NestExpressApplication;
let client: HttpClient;

beforeAll(async () => {
  const node = await startInProcess();
  app = node.app;
  client = new HttpClient(node.url);
});

afterAll(async () => {
  client.close();
  await app.close();
});

function routes(): string[] {
  const express = app.getHttpAdapter().getInstance() as unknown as { router: { stack: ExpressLayer[] } };
  return express.router.stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

const send = (route: string, headers: Record<string, string> = {}) => {
  const [method = "", path = ""] = route.split(" ");
  const json = method === "POST" ? { json: {} } : {};
  return client.request(method, path.replace(/:\w+/g, "none"), { headers, ...json });
};
const refusal = async (route: string, headers?: Record<string, string>) => {
  const answer = await send(route, headers);
  if (answer.status === 302) return `to ${answer.headers.location?.split("?", 1)[0] ?? "nowhere"}`;
  return answer.status === 401 || answer.status === 403 ? (answer.json() as { code: string }).code : "let in";
};
const needs = (...access: string[]) =>
  Object.entries(expected).flatMap(([route, who]) => (access.includes(who) ? [route] : []));
/** Who may call an operation, as the OpenAPI document says it. */
const described = ({ security: [needed] = [] }: OperationObject) => {
  if (needed === undefined) return "public";
  if ("agentKey" in needed) return "agent";
  return needed.session?.[0] === "viewer" ? "operator" : needed.session?.[0];
};
const asStranger = (route: string) => {
  if (route === "GET /api/docs") return "to /login";
  return route.includes("/api/") || !route.startsWith("GET") ? "UNAUTHENTICATED" : "to /login";
};

describe("access", () => {
  it("is decided for every route there is", () => {
    expect([...routes(), ...direct].toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it("is described as it is, for every route there is", async () => {
    const { paths } = await app.get(ApiDocument).read();
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
        described(operation),
      ]),
    );
    expect(Object.fromEntries(operations)).toEqual(expected);
  });

  it.each(needs("operator", "admin"))("%s is closed to strangers and to agents' keys", async (route) => {
    expect(await refusal(route)).toBe(asStranger(route));
    expect(await refusal(route, { "x-api-key": testCredentials.apiKey })).toBe(asStranger(route));
    expect(await refusal(route, { cookie: "fleet_session=s%3Aforged.signature" })).toBe(asStranger(route));
  });

  it.each(needs("agent"))("%s is closed to strangers, to wrong keys and to logged-in people", async (route) => {
    expect(await refusal(route)).toBe("INVALID_API_KEY");
    expect(await refusal(route, { "x-api-key": `${testCredentials.apiKey}x` })).toBe("INVALID_API_KEY");
    const browser = new HttpClient(client.baseUrl);
    await browser.login(testCredentials.username, testCredentials.password);
    const cookie = `fleet_session=${browser.cookies.get("fleet_session") ?? ""}`;
    expect(await refusal(route, { cookie })).toBe("INVALID_API_KEY");
    expect(await refusal(route, { "x-api-key": testCredentials.apiKey })).toBe("let in");
    browser.close();
  });

  it.each(needs("public").filter((route) => !route.startsWith("POST")))("%s is open", async (route) => {
    expect(["let in", "to /dashboard"]).toContain(await refusal(route));
  });
});
