import { readFileSync } from "node:fs";
import { loadConfig } from "../../../src/config/load-config.js";
import { judgeClock } from "../../../src/doctor/clock-check.js";
import type { ClusterFacts } from "../../../src/doctor/cluster/cluster-facts.js";
import {
  judgeNodes,
  judgeSettings,
  judgeStarts,
  judgeVersions,
} from "../../../src/doctor/cluster/judge-cluster-facts.js";
import { certificateCheck } from "../../../src/doctor/node/certificate-check.js";
import { judgeProbe } from "../../../src/doctor/node/probe-checks.js";
import { makeCertificates } from "../../support/certificates.js";
import { nodeRecord as record } from "../cluster/records.js";

const DAY_MS = 86_400_000;
const words = (text: string) => expect.stringContaining(text) as string;

describe("the clock of this machine", () => {
  it.each([
    ["the same", 10_000, 10_000, 10_100, "ok", "agrees"],
    ["within what the answer took", 10_000, 13_000, 16_000, "ok", "agrees"],
    ["4 s ahead", 10_000, 6_000, 10_100, "ok", "agrees"],
    ["60 s ahead", 70_000, 10_000, 70_100, "warning", "60 s ahead of"],
    ["60 s behind", 10_000, 70_000, 10_100, "warning", "60 s behind"],
  ])("is judged: %s", (_what, askedMs, theirsMs, answeredMs, status, text) => {
    expect(judgeClock("Redis", { askedMs, theirsMs, answeredMs })).toMatchObject({ status, summary: words(text) });
  });
});

describe("the answer to a probe", () => {
  const answer = (status: number, body: unknown, location?: string) => ({
    ...{ status, location, contentType: "application/json" },
    text: typeof body === "string" ? body : JSON.stringify(body),
  });

  it.each([
    [answer(200, { status: "healthy", node_id: "web-1" }), "ok", "node web-1 is healthy"],
    [answer(503, { status: "unhealthy", node_id: "web-1", reason: "database: away" }), "failure", "database: away"],
    [answer(503, { error: "The node starts.", code: "STARTING" }), "failure", "503 STARTING: The node starts."],
    [answer(301, "", "https://fleet.example.com/"), "failure", "sends elsewhere (301, https://fleet.example.com/)"],
    [answer(200, "<html>It works!</html>"), "failure", "not as a node does"],
  ])("is judged: %j", (given, status, text) => {
    expect(judgeProbe(given, "lb:80")).toMatchObject({ status, summary: words(text) });
  });
});

describe("the certificate of a node", () => {
  const own = makeCertificates(["node-1.example.com"]);
  const found = (files: Partial<typeof own>, hostname = "node-1.example.com", afterMs = 0) =>
    certificateCheck(
      loadConfig({
        env: {
          FLEET_SERVER__API_KEY: "an-api-key-for-tests",
          FLEET_SERVER__WEB_PASSWORD: "a password for tests",
          FLEET_CLUSTER__HOSTNAME: hostname,
          FLEET_SSL__CERT_FILE: files.certFile ?? own.certFile,
          FLEET_SSL__KEY_FILE: files.keyFile ?? own.keyFile,
        },
      }),
      () => Date.now() + afterMs,
    ).run();

  it("counts for so many days, and is made out to the name that others use", async () => {
    expect(await found({})).toEqual([
      expect.objectContaining({ status: "warning", summary: words("it counts for 1 more day") }),
    ]);
    expect(await found({}, "127.0.0.1")).toHaveLength(1);
    expect((await found({}, "other.example.com"))[1]).toMatchObject({
      status: "warning",
      summary: words("not to cluster.hostname (other.example.com)"),
    });
  });

  it("expires, and does not count before its time", async () => {
    expect(await found({}, "localhost", 3 * DAY_MS)).toContainEqual(
      expect.objectContaining({ status: "failure", summary: words("it expired on") }),
    );
    expect(await found({}, "localhost", -3 * DAY_MS)).toContainEqual(
      expect.objectContaining({ status: "failure", summary: words("it begins to count only on") }),
    );
  });

  it("needs its own key, and has to be one", async () => {
    const { keyFile } = makeCertificates();
    expect(await found({ keyFile })).toEqual([
      expect.objectContaining({ status: "failure", summary: words("is not the key of") }),
    ]);
    expect(await found({ certFile: own.keyFile })).toEqual([
      expect.objectContaining({ status: "failure", summary: words("holds no certificate") }),
    ]);
    const wrong = await found({ keyFile: own.certFile });
    expect(wrong).toEqual([expect.objectContaining({ status: "failure", fix: "correct ssl.key_file" })]);
    expect(JSON.stringify(await found({ keyFile }))).not.toContain(readFileSync(keyFile, "utf8").slice(40, 80));
  });
});

describe("what the other nodes say of themselves", () => {
  const TIMEOUT_MS = 30_000;
  const seen = (nodeId: string, overrides: Parameters<typeof record>[0], ageMs = 1_000) => ({
    nodeId,
    ageMs,
    opened: { record: record({ node_id: nodeId, ...overrides }) },
  });
  const facts = (overrides: Partial<ClusterFacts>): ClusterFacts => ({
    records: [],
    fingerprints: { "sessions.ttl": "a", database: "d" },
    starts: new Map(),
    ...overrides,
  });

  it("counts only while they run", () => {
    const records = [seen("a", {}), seen("b", { state: "stopped" }), seen("c", {}, TIMEOUT_MS)];
    expect(judgeNodes(facts({ records }), TIMEOUT_MS)).toEqual([{ status: "ok", summary: "running: a" }]);
    expect(judgeNodes(facts({}), TIMEOUT_MS)).toEqual([{ status: "ok", summary: "no node of the cluster runs" }]);
  });

  it("is not believed where another cluster signed it", () => {
    const records = [{ nodeId: "x", ageMs: 1_000, opened: { rejected: "signature" } as const }];
    expect(judgeNodes(facts({ records }), TIMEOUT_MS)[1]).toMatchObject({
      status: "warning",
      summary: words("the record of x"),
    });
  });

  it("is compared with this configuration, and the odd one named", () => {
    const like = { "sessions.ttl": "a", database: "d" };
    const other = { "sessions.ttl": "b", database: "d" };
    const judged = (...nodes: Record<string, string>[]) =>
      judgeSettings(facts({ records: nodes.map((fingerprints, at) => seen(`n${at}`, { fingerprints })) }), TIMEOUT_MS);
    expect(judged(like, like)).toEqual([expect.objectContaining({ status: "ok" })]);
    expect(judged(like, other).map(({ summary }) => summary)).toEqual(["n1 has otherwise than most: sessions.ttl"]);
    expect(judged(other, other)).toEqual([
      expect.objectContaining({
        status: "warning",
        summary: "this configuration has otherwise than most: sessions.ttl",
        fix: "set them as the running nodes have them",
      }),
    ]);
    expect(judged()).toEqual([]);
  });

  it("names versions that differ from this program's", () => {
    const records = [seen("a", { version: "1.0.0" }), seen("b", { version: "1.1.0" })];
    expect(judgeVersions(facts({ records }), TIMEOUT_MS, "1.1.0")[0]).toMatchObject({
      status: "warning",
      summary: words("a runs 1.0.0; this program is 1.1.0"),
    });
    expect(judgeVersions(facts({ records: records.slice(1) }), TIMEOUT_MS, "1.1.0")[0]?.status).toBe("ok");
  });

  it("tells of starts that a restored database does not know", () => {
    const records = [seen("a", { incarnation: 3, state: "stopped" }, 10 * TIMEOUT_MS), seen("b", { incarnation: 2 })];
    const starts = (a: number) =>
      new Map([
        ["a", a],
        ["b", 2],
      ]);
    expect(judgeStarts(facts({ records, starts: starts(3) }))[0]?.status).toBe("ok");
    const others = [seen("a", { incarnation: 9, fingerprints: { database: "another" } })];
    expect(judgeStarts(facts({ records: others, starts: starts(2) }))[0]?.status).toBe("ok");
    expect(judgeStarts(facts({ records, starts: starts(2) }))[0]).toMatchObject({
      status: "failure",
      summary: words("(a)"),
      fix: words("restore --finish"),
    });
  });
});
