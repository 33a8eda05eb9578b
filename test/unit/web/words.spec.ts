import { eventKinds } from "../../../src/events/event-kinds.js";
import { ApiError, AwayError } from "../../../dashboard/src/api/http.ts";
import type { AnyClusterStatus, ClusterNode, HealthCheck } from "../../../dashboard/src/api/types.ts";
import { detailTexts, eventGroups, eventWords } from "../../../dashboard/src/format/event-words.ts";
import { readinessWords } from "../../../dashboard/src/pages/cluster/readiness-words.ts";
import { loginTrouble } from "../../../dashboard/src/pages/login/login-trouble.ts";
import { safePath } from "../../../dashboard/src/pages/login/safe-path.ts";
import { clusterTone } from "../../../dashboard/src/shell/cluster-tone.ts";

describe("events", () => {
  it.each(eventKinds)("of the kind %s have words, and a group to find them by", (kind) => {
    expect(eventWords(kind).words).not.toBe(kind);
    const groups = eventGroups.map(({ value }) => value as string);
    expect(kind === "logout" || groups.includes(kind.split(".")[0] ?? "")).toBe(true);
  });

  it("of a kind that is not known here are called by it", () => {
    expect(eventWords("disk.melted")).toEqual({ words: "disk.melted", tone: "plain" });
    expect(eventWords("toString").words).toBe("toString");
  });

  it("tell their details as they were written", () => {
    const event = { id: 1, at: "", kind: "x", subject: "", actor: null, address: null };
    expect(detailTexts({ ...event, details: { from_role: "viewer", tries: 3 } })).toEqual([
      "from role: viewer",
      "tries: 3",
    ]);
    expect(detailTexts({ ...event, details: null })).toEqual([]);
  });
});

describe("readiness", () => {
  const health = (overall: HealthCheck["overall"], ready: boolean, healthy_nodes: number) =>
    ({ overall, failover: { ready, healthy_nodes, details: "" } }) as HealthCheck;

  it.each([
    [health("healthy", true, 2), false, "well", "Any one of these nodes can fail now; two cannot"],
    [health("healthy", true, 3), false, "well", "Any one of these nodes can fail now; after it, one more"],
    [health("degraded", false, 1), false, "warning", "No node may fail now"],
    [health("critical", false, 0), false, "bad", "No node may fail now"],
    [health("healthy", false, 1), true, "unknown", "A single node: nobody takes over when it fails"],
    [health("critical", false, 0), true, "bad", "This node cannot do its work now"],
  ])("%j, alone %p: %s, %s", (given, single, tone, words) => {
    expect(readinessWords(given, single)).toEqual({ tone, words });
  });
});

describe("the mark of the cluster", () => {
  const node = (members: Partial<ClusterNode>) =>
    ({ status: "active", config_mismatch: [], dependencies: { database: "up" }, ...members }) as ClusterNode;
  const cluster = (...nodes: ClusterNode[]) =>
    ({
      enabled: true,
      nodes,
      inactive_nodes: nodes.filter(({ status }) => status === "inactive").length,
    }) as unknown as AnyClusterStatus;

  it.each([
    ["nothing", cluster(node({}), node({ status: "stopped" })), undefined],
    ["a lost node", cluster(node({}), node({ status: "inactive" })), { tone: "bad", words: "1 node inactive" }],
    ["settings", cluster(node({ config_mismatch: ["server.api_key"] })), { tone: "warning", words: "settings differ" }],
    ["ignorance", cluster(node({ status: "unknown" })), { tone: "warning", words: "1 node unknown" }],
    [
      "a dependency first",
      cluster(node({ dependencies: { database: "down" } }), node({ status: "inactive" })),
      { tone: "bad", words: "the database is down" },
    ],
  ])("tells of %s", (_what, status, mark) => {
    expect(clusterTone(status)).toEqual(mark);
  });
});

describe("a login that did not work", () => {
  const refused = (status: number, retryAfter?: number) =>
    new ApiError(status, "CODE", "The server's own words.", retryAfter, undefined);

  it.each([
    [refused(401), { title: "You are not logged in", text: "The server's own words.", passing: false }],
    [refused(429, 10), { title: "Too many tries", text: "The server's own words.", passing: true, waitSeconds: 8 }],
    [refused(503), { title: "The server cannot check a login now", text: "The server's own words.", passing: true }],
    [new AwayError(undefined), expect.objectContaining({ title: "The server is away", passing: true })],
    [new Error("x"), expect.objectContaining({ passing: false })],
  ])("%p is explained", (error, trouble) => {
    expect(loginTrouble(error, 2_000)).toEqual(trouble);
  });

  it("counts down to nothing and not below", () => {
    expect(loginTrouble(refused(429, 10), 60_000).waitSeconds).toBe(0);
  });
});

describe("the way back after a login", () => {
  it.each(["/dashboard", "/machines?q=a%2Fb&sort=-cpu", "/machine/web-01#x"])("leads to %s", (path) => {
    expect(safePath(path)).toBe(path);
  });

  it.each([
    null,
    "",
    "machines",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/a\nb",
    `/${"x".repeat(2000)}`,
  ])("leads home from %j", (path) => {
    expect(safePath(path)).toBe("/dashboard");
  });
});
