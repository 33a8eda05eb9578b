import { gzipSync } from "node:zlib";
import type { Answer } from "../support/http-client.js";
import { newPayloadKey } from "../support/keys.js";
import { sealReport } from "../support/simulated-agents.js";
import { ReportingNode, payloadKey } from "./reporting-node.js";

let fleet: ReportingNode;

beforeAll(async () => {
  fleet = await ReportingNode.start();
});

describe("bad input", () => {
  const valid = JSON.stringify({ machine_id: "victim", metrics: { cpu: { percent: 1 } } });
  const deep = (levels: number) => `{"machine_id":"victim","metrics":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
  const otherKey = newPayloadKey();
  const sealed = sealReport({ machine_id: "victim" }, payloadKey) as { ciphertext: string };
  const truncated = Buffer.from(sealed.ciphertext, "base64").subarray(0, -1).toString("base64");

  it.each<[string, () => Promise<Answer>, number, string]>([
    ["text that is not JSON", () => fleet.reportText("hello"), 400, "INVALID_JSON"],
    ["an empty body", () => fleet.reportText(""), 400, "INVALID_JSON"],
    [
      "bare NaN",
      () => fleet.reportText('{"machine_id":"victim","metrics":{"cpu":{"percent":NaN}}}'),
      400,
      "INVALID_JSON",
    ],
    ["a list", () => fleet.reportText("[]"), 400, "INVALID_REPORT"],
    ["a word as metrics", () => fleet.report({ machine_id: "victim", metrics: "fine" }), 400, "INVALID_REPORT"],
    ["no machine id", () => fleet.report({ metrics: {} }), 400, "INVALID_MACHINE_ID"],
    ["an empty machine id", () => fleet.report({ machine_id: "" }), 400, "INVALID_MACHINE_ID"],
    ["a number as machine id", () => fleet.report({ machine_id: 5 }), 400, "INVALID_MACHINE_ID"],
    ["300 characters of machine id", () => fleet.report({ machine_id: "x".repeat(300) }), 400, "INVALID_MACHINE_ID"],
    ["two dots as machine id", () => fleet.report({ machine_id: ".." }), 400, "INVALID_MACHINE_ID"],
    ["a NUL in the machine id", () => fleet.report({ machine_id: "a\0b" }), 400, "INVALID_MACHINE_ID"],
    ["100 levels of nesting", () => fleet.reportText(deep(100)), 400, "REPORT_TOO_DEEP"],
    ["100,000 levels of nesting", () => fleet.reportText(deep(100_000)), 400, "REPORT_TOO_DEEP"],
    [
      "a body of 2 MB",
      () => fleet.reportText(`{"machine_id":"victim","pad":"${"x".repeat(2_000_000)}"}`),
      413,
      "REPORT_TOO_LARGE",
    ],
    [
      "a small body that unpacks to 50 MB",
      () => fleet.reportText(gzipSync(Buffer.alloc(50_000_000, 0x20)), { "content-encoding": "gzip" }),
      413,
      "REPORT_TOO_LARGE",
    ],
    [
      "damaged gzip",
      () => fleet.reportText(gzipSync(valid).subarray(0, -9), { "content-encoding": "gzip" }),
      400,
      "INCOMPLETE_BODY",
    ],
    ["an unknown encoding", () => fleet.reportText(valid, { "content-encoding": "br" }), 415, "UNSUPPORTED_ENCODING"],
    [
      "a form",
      () => fleet.reportText(valid, { "content-type": "application/x-www-form-urlencoded" }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["no API key", () => fleet.reportText(valid, { "x-api-key": "" }), 401, "INVALID_API_KEY"],
    ["a wrong API key", () => fleet.reportText(valid, { "x-api-key": "wrong" }), 401, "INVALID_API_KEY"],
    [
      "another payload key",
      () => fleet.report(sealReport({ machine_id: "victim" }, otherKey)),
      400,
      "DECRYPTION_FAILED",
    ],
    ["truncated ciphertext", () => fleet.report({ ...sealed, ciphertext: truncated }), 400, "DECRYPTION_FAILED"],
    ["no ciphertext at all", () => fleet.report({ encrypted: true }), 400, "DECRYPTION_FAILED"],
    ["a sealed list", () => fleet.report(sealReport([], payloadKey)), 400, "INVALID_REPORT"],
  ])("%s is answered with the right status and code, and nothing is stored", async (_what, send, status, code) => {
    const answer = await send();
    const body = answer.json() as { error: string; code: string; request_id: string };
    expect([answer.status, body.code]).toEqual([status, code]);
    expect(body.error).toMatch(/\w/);
    expect(body.request_id).toBe(answer.headers["x-request-id"]);
    expect((await fleet.operator.get("/api/fleet/machine/victim")).status).toBe(404);
  });

  it("says of a failed decryption what agents in the field look for", async () => {
    const answer = await fleet.report(sealReport({ machine_id: "victim" }, otherKey));
    expect(answer.json()).toMatchObject({ error: "Decryption failed", e2ee_verified: false });
  });

  it("refuses a large body by a wrong key without reading it first", async () => {
    const answer = await fleet.reportText("x".repeat(2_000_000), { "x-api-key": "wrong" });
    expect(answer.status).toBe(401);
  });

  it.each([
    ["/api/fleet/machines?limit=0", "INVALID_REQUEST"],
    ["/api/fleet/machines?limit=many", "INVALID_REQUEST"],
    ["/api/fleet/machines?status=tired", "INVALID_REQUEST"],
    ["/api/fleet/machines?sort=colour", "INVALID_REQUEST"],
    ["/api/fleet/machines?cursor=abc", "INVALID_CURSOR"],
    ["/api/fleet/history/whole?from=yesterday", "INVALID_REQUEST"],
    ["/api/fleet/history/whole?limit=-1", "INVALID_REQUEST"],
    ["/api/fleet/machine/%E0%A4%A", "BAD_REQUEST"],
  ])("GET %s is a 400 that says why", async (path, code) => {
    const answer = await fleet.operator.get(path);
    expect([answer.status, (answer.json() as { code: string }).code]).toEqual([400, code]);
  });

  it("a machine that does not exist is a 404 for reading, for its history and for deleting", async () => {
    for (const [method, path] of [
      ["GET", "machine"],
      ["GET", "history"],
      ["DELETE", "machine"],
    ] as const) {
      const answer = await fleet.operator.request(method, `/api/fleet/${path}/nobody`);
      expect([answer.status, (answer.json() as { code: string }).code]).toEqual([404, "UNKNOWN_MACHINE"]);
    }
  });
});
