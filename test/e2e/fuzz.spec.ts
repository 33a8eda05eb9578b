import type { NestExpressApplication } from "@nestjs/platform-express";
import type { OpenAPIObject } from "@nestjs/swagger";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Described, DescribedApi } from "../support/described-api.js";
import { testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { startInProcess } from "../support/in-process-node.js";
import { projectRoot } from "../support/project-root.js";
import { type RawRequest, sendRaw } from "../support/raw-request.js";
import { type GivenSchema, type GivenSchemas, nastyText, valuesOf } from "../support/schema-arbitrary.js";

// Another one every time; one that found something is given again to look for it.
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const REQUESTS_PER_CALLER = 80;
const AT_ONCE = 8;

const api = new DescribedApi(
  JSON.parse(readFileSync(path.join(projectRoot, "docs/openapi.json"), "utf8")) as OpenAPIObject,
);
const schemas = (api.document.components?.schemas ?? {}) as GivenSchemas;

const segments = fc.oneof(
  fc.constantFrom(
    ...["web-01", "none", "admin", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5c", "%00", "%E0%A4%A"],
  ),
  // An empty one makes another address.
  nastyText.filter((text) => text !== "").map((text) => encodeURIComponent(text.toWellFormed())),
);

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Bodies that are no JSON, or too much of it for whoever follows it by recursion. */
const rawBodies = [
  "",
  "{",
  "\u0000",
  "\ufeff{}",
  "[".repeat(50_000),
  '{"a":'.repeat(15_000),
  '{"__proto__":'.repeat(70),
];

/** A parameter of the query, also one that is given twice or made to look like an object. */
function queryPart(name: string, schema: GivenSchema): fc.Arbitrary<string> {
  const value = fc
    .oneof(valuesOf(schema, schemas).map(asText), nastyText)
    .map((text) => encodeURIComponent(text.toWellFormed()));
  const names = fc.constantFrom(name, name, name, `${name}[]`, `${name}[__proto__][polluted]`, "__proto__[polluted]");
  return fc
    .tuple(fc.array(fc.tuple(names, value), { maxLength: 2 }))
    .map(([pairs]) => pairs.map((pair) => pair.join("=")).join("&"));
}

/** Requests to an operation: as it is described, nearly so, and not at all. */
function requestsTo({ method, path: template, operation }: Described): fc.Arbitrary<RawRequest> {
  const parameters = (operation.parameters ?? []).flatMap((one) => ("name" in one ? [one] : []));
  const places = parameters.filter((one) => one.in === "path");
  const query = parameters
    .filter((one) => one.in === "query")
    .map(({ name, schema }) => queryPart(name, (schema ?? {}) as GivenSchema));
  const content = operation.requestBody && "content" in operation.requestBody ? operation.requestBody.content : {};
  const types = Object.entries(content);
  const body = fc.oneof(
    ...types.map(([mediaType, { schema }]) =>
      fc.tuple(fc.constant(mediaType), valuesOf((schema ?? {}) as GivenSchema, schemas)),
    ),
    ...(types.length === 0 ? [fc.constant([null, null] as const)] : []),
  );
  const mistakes = fc.record({
    rawBody: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...rawBodies) },
    ),
    mediaType: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("text/xml", "application/json; charset=klingon", "a/b/c") },
    ),
    cutAt: fc.oneof(
      { weight: 9, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
  });
  return fc
    .tuple(
      fc.array(segments, { minLength: places.length, maxLength: places.length }),
      fc.tuple(...query),
      body,
      mistakes,
    )
    .map(([parts, pairs, [type, value], { mediaType = type, cutAt, rawBody }]) => {
      const address = places.reduce((made, { name }, index) => made.replace(`{${name}}`, parts[index] ?? ""), template);
      const asked = pairs.filter((pair) => pair !== "").join("&");
      const text = type === null ? null : (rawBody ?? encoded(type, value));
      return {
        method,
        path: asked === "" ? address : `${address}?${asked}`,
        headers: mediaType === null ? {} : { "content-type": mediaType },
        body: text === null ? null : text.slice(0, Math.ceil(text.length * cutAt)),
      };
    });
}

function encoded(type: string, value: unknown): string {
  if (typeof value === "string" && type === "application/x-ndjson") return value;
  if (type !== "application/x-www-form-urlencoded" || typeof value !== "object" || value === null)
    return JSON.stringify(value);
  const pairs = Object.entries(value).map(([name, member]): [string, string] => [
    name.toWellFormed(),
    JSON.stringify(member).toWellFormed(),
  ]);
  return new URLSearchParams(pairs).toString();
}

describe(`requests made from the document (FUZZ_SEED=${seed})`, () => {
  let app: NestExpressApplication;
  let url: string;
  let admin: HttpClient;
  let callers: Record<string, string>[];
  const connections = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });

  beforeAll(async () => {
    ({ app, url } = await startInProcess({ FLEET_SERVER__API_KEY_REQUESTS_PER_MINUTE: "1000000" }));
    admin = new HttpClient(url);
    await admin.login(testCredentials.username, testCredentials.password);
    // A key, since a login would end with the first logout.
    const made = await admin.post("/api/fleet/api-keys", { json: { name: "fuzz", scope: "admin" } });
    const { key } = made.json() as { key: string };
    callers = [{ authorization: `Bearer ${key}` }, { "x-api-key": testCredentials.apiKey }];
    const agent = new HttpClient(url, { headers: { "x-api-key": testCredentials.apiKey } });
    await agent.post("/api/fleet/report", { json: { machine_id: "web-01" } });
    agent.close();
  });

  afterAll(async () => {
    connections.destroy();
    admin.close();
    await app.close();
  });

  /** What no answer may be, whatever was asked. */
  const complaint = (described: Described, answer: Answer): string | undefined => {
    if (answer.status >= 500 && answer.status !== 503) return `a fault of the server: ${answer.text}`;
    if (answer.status < 400)
      return described.operation.responses[answer.status] && api.complaint(described.operation, answer);
    const { error, code, request_id } = answer.json() as Record<string, unknown>;
    return [error, code, request_id].every((part) => typeof part === "string")
      ? undefined
      : `no error as all: ${answer.text}`;
  };

  it.each(api.operations.map((described) => [described.name, described] as const))(
    "find no fault in %s",
    async (_name, described) => {
      const requests = callers.flatMap((headers, index) =>
        fc
          .sample(requestsTo(described), { seed: seed + index, numRuns: REQUESTS_PER_CALLER })
          .map((request) => ({ ...request, headers: { ...request.headers, ...headers } })),
      );
      const complaints: unknown[] = [];
      const work = async () => {
        for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
          const what = complaint(described, await sendRaw(url, connections, request));
          if (what !== undefined) complaints.push({ what, ...request, headers: Object.keys(request.headers) });
          await nextTurn();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(complaints.slice(0, 3)).toEqual([]);
    },
  );

  it("leave no trace in what all objects have in common", () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("leave a healthy node, of which everything can be read", async () => {
    const agent = new HttpClient(url, { headers: { "x-api-key": testCredentials.apiKey } });
    await agent.post("/api/fleet/report", { json: { machine_id: "web-01" } });
    // A stream has no end, and nothing has become an incident.
    const beyond = ["/api/fleet/stream", "/api/fleet/incidents/{id}"];
    const readable = api.operations.filter(
      ({ method, path: template }) => method === "GET" && !beyond.includes(template),
    );
    for (const { name, path: template, operation } of readable) {
      const client = operation.security?.some((needed) => "agentKey" in needed) ? agent : admin;
      const answer = await client.get(template.replace(/\{\w+\}/g, "web-01"));
      expect([name, answer.status < 400, answer.text.length > 0 || answer.status === 302]).toEqual([name, true, true]);
    }
    agent.close();
  });
});
