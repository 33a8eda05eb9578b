import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type IncomingHttpHeaders } from "node:http2";
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { makeCertificates } from "../support/certificates.js";
import { onCleanup } from "../support/cleanup.js";
import { freePort } from "../support/free-port.js";
import { startHaproxy } from "../support/haproxy.js";
import { HttpClient } from "../support/http-client.js";
import { startNginx } from "../support/nginx.js";
import { answerJson, answerOk, ReportReceiver } from "../support/report-receiver.js";
import { waitFor } from "../support/wait-for.js";

const starters = { haproxy: startHaproxy, nginx: startNginx } as const;
const names = ["haproxy", "nginx"] as const;
const STREAM_PAUSE_MS = 3_000;

/**
 * What the proxies send on can be counted exactly only by a server that answers as the test wants it; how real nodes fare
 * behind them is in load-balancers.spec.ts. Here two servers listen and the third address refuses connections.
 */
describe.each(names)("%s as shipped", (name) => {
  const upstreams: ReportReceiver[] = [];
  let client: HttpClient;
  let proxy: Awaited<ReturnType<(typeof starters)[typeof name]>>;

  /** Answers by what is asked for; the first request to hang or break is the only one. */
  const seen = new Set<string>();
  const answer = (response: ServerResponse, _index: number, { url = "" }: IncomingMessage) => {
    const first = !seen.has(url);
    seen.add(url);
    if (url.includes("always-hangs") || (first && url.includes("hangs"))) return;
    if (url.includes("always-breaks") || (first && url.includes("breaks"))) response.socket?.destroy();
    else if (url.includes("stream")) {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
      setTimeout(() => response.write("data: 2\n\n"), STREAM_PAUSE_MS).unref();
    } else answerJson(response, 200, { status: "ok" });
  };
  const requestsFor = (path: string) =>
    upstreams.flatMap(({ received }) => received.filter(({ url }) => url?.startsWith(path)));

  beforeAll(async () => {
    for (let count = 0; count < 2; count++) upstreams.push(await ReportReceiver.listen(answer));
    onCleanup(() => Promise.all(upstreams.map((each) => each.close())).then(() => undefined));
    const [one = 0, other = 0] = upstreams.map(({ url }) => Number(new URL(url).port));
    proxy = await starters[name]({ nodePorts: [one, await freePort(), other], expectedNodes: 2 });
    client = new HttpClient(proxy.url, { ca: proxy.ca });
  });

  afterAll(() => {
    client.close();
  });

  it("repeats a read, a login and a report elsewhere when no answer has begun within 2 s", async () => {
    const started = performance.now();
    const body = JSON.stringify({ machine_id: "m", metrics: { note: "x".repeat(60_000) } });
    const [read, login, report] = await Promise.all([
      client.get("/api/fleet/machines?hangs"),
      client.post("/login?hangs", { form: { username: "admin", password: "p" } }),
      client.post("/api/fleet/report?hangs", { body, headers: { "content-type": "application/json" } }),
    ]);
    expect([read.status, login.status, report.status]).toEqual([200, 200, 200]);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(requestsFor("/api/fleet/machines?hangs")).toHaveLength(2);
    expect(requestsFor("/login?hangs").map((each) => each.body)).toEqual(Array(2).fill("username=admin&password=p"));
    expect(requestsFor("/api/fleet/report?hangs").map((each) => each.body === body)).toEqual([true, true]);
  });

  it("repeats them when the connection breaks, too", async () => {
    for (const [method, path] of [
      ["GET", "/api/fleet/summary?breaks"],
      ["POST", "/login?breaks"],
      ["POST", "/api/fleet/report?breaks"],
    ] as const) {
      expect([path, (await client.request(method, path)).status]).toEqual([path, 200]);
      expect(requestsFor(path)).toHaveLength(2);
    }
  });

  it("sends every other change once, and says so in JSON when its answer is lost", async () => {
    const changes = [
      ["DELETE", "/api/fleet/machine/x?always-"],
      ["PUT", "/api/fleet/silences/x?always-"],
      ["POST", "/api/fleet/users?always-"],
    ] as const;
    // Each on a connection of its own: where the node's end breaks during a later request, HAProxy closes the client's end.
    const send = (kind: string) =>
      Promise.all(
        changes.map(async ([method, path]) => {
          const sender = new HttpClient(proxy.url, { ca: proxy.ca });
          const sent = await sender.request(method, `${path}${kind}`, { json: {} });
          sender.close();
          return sent;
        }),
      );
    const [broken, hung] = await Promise.all([send("breaks"), send("hangs")]);
    for (const [answers, status, code] of [
      [broken, 502, "BAD_GATEWAY"],
      [hung, 504, "GATEWAY_TIMEOUT"],
    ] as const) {
      for (const each of answers) {
        expect([each.status, each.headers["content-type"]]).toEqual([status, "application/json"]);
        expect(each.json()).toEqual({
          error: expect.stringMatching(/./) as string,
          code,
          request_id: expect.stringMatching(/./) as string,
        });
      }
    }
    for (const [, path] of changes) expect(requestsFor(path)).toHaveLength(2);
  });

  it("sends a change elsewhere when the connection was refused, because nothing was sent", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 12; count++) {
      const path = `/api/fleet/machine/refused-${count}`;
      statuses.push((await client.request(count % 2 === 0 ? "DELETE" : "POST", path, { json: {} })).status);
      expect(requestsFor(path)).toHaveLength(1);
    }
    expect(statuses).toEqual(Array(12).fill(200));
  });

  it("says itself where a request comes from, whatever the client claims", async () => {
    const claims = {
      forwarded: "for=192.0.2.1",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil.example",
      "x-forwarded-port": "80",
      "x-forwarded-prefix": "/evil",
      "x-forwarded-server": "evil.example",
      "x-real-ip": "192.0.2.1",
    };
    await client.get("/api/fleet/claims", { headers: claims });
    const headers = requestsFor("/api/fleet/claims")[0]?.headers ?? {};
    const told = Object.entries(headers).filter(([key]) => key in claims);
    expect(Object.fromEntries(told)).toEqual({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": new URL(proxy.url).host,
    });
    expect(headers.host).toBe(new URL(proxy.url).host);
  });

  it("does the same for browsers, which speak HTTP/2", async () => {
    const session = connect(proxy.url, { ca: proxy.ca });
    onCleanup(() => {
      session.destroy();
    });
    const stream = session.request({ ":path": "/api/fleet/http2", "x-forwarded-host": "evil.example" });
    const [answered] = (await once(stream, "response")) as [IncomingHttpHeaders];
    expect(answered[":status"]).toBe(200);
    const { host } = new URL(proxy.url);
    expect(requestsFor("/api/fleet/http2")[0]?.headers).toMatchObject({ host, "x-forwarded-host": host });
    session.close();
  });

  it("passes on the request id that a client gives, and makes one where there is none", async () => {
    await client.get("/api/fleet/id-given", { headers: { "x-request-id": "trace-42" } });
    await client.get("/api/fleet/id-made");
    expect(requestsFor("/api/fleet/id-given")[0]?.headers["x-request-id"]).toBe("trace-42");
    expect(requestsFor("/api/fleet/id-made")[0]?.headers["x-request-id"]).toMatch(/^[0-9a-f-]{32,36}$/);
  });

  it("passes on an event at once, and leaves a stream alone that is silent for longer than 2 s", async () => {
    const request = https.get(`${proxy.url}/api/fleet/stream`, { ca: proxy.ca });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const events: string[] = [];
    response.setEncoding("utf8").on("data", (event: string) => events.push(event));
    await waitFor(() => events.length === 1, { what: "the first event", timeoutMs: STREAM_PAUSE_MS - 500 });
    await waitFor(() => events.length === 2, { what: "the second event", timeoutMs: 2 * STREAM_PAUSE_MS });
    expect(events).toEqual(["data: 1\n\n", "data: 2\n\n"]);
    request.destroy();
  });

  it("is found to be right by the program's own check, without a warning", () => {
    expect(proxy.check()).toEqual({ code: 0, remarks: [] });
  });
});

describe("nodes with a certificate of an unknown authority", () => {
  it.each(names)("are not spoken to by %s", async (name) => {
    const { keyFile, certFile } = makeCertificates();
    const tls = { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
    const upstream = await ReportReceiver.listen(answerOk, tls);
    onCleanup(() => upstream.close());
    const proxy = await starters[name]({
      nodePorts: [Number(new URL(upstream.url).port)],
      nodeCaFile: makeCertificates().caFile,
      expectedNodes: 0,
    });
    const client = new HttpClient(proxy.url, { ca: proxy.ca });
    const answer = await client.post("/api/fleet/report", { json: {}, headers: { "x-api-key": "a secret" } });
    expect([answer.status, answer.json()]).toMatchObject([503, { code: "NO_NODE" }]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(upstream.received).toEqual([]);
    client.close();
  });
});
