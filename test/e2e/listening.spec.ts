import type { NestExpressApplication } from "@nestjs/platform-express";
import { HttpClient } from "../support/http-client.js";
import { startInProcess } from "../support/in-process-node.js";
import { testCredentials } from "../support/fleet-node.js";
import { sendBytes } from "../support/raw-request.js";

/** What the files that must not be had begin with or hold: /etc/passwd, this package's own, the server's sources. */
const notOurs = /root:.*:0:0:|"name": "fleet-server"|import .* from "|-----BEGIN/;

const climbs = [
  ...["..", "%2e%2e", "%2E%2e", ".%2e", "..;", "%252e%252e", "%c0%ae%c0%ae", "..%00"],
  ...["..\\..", "..%5c..", "%5c..", "....//"],
];
const targets = ["etc/passwd", "package.json", "src/main.ts", "index.html%00.js", "proc/self/environ"];
const roots = ["/", "/static/", "/assets/", "/assets/..%2f", "/static//", "/api/fleet/machine/", "//", "/settings/"];

let app: NestExpressApplication;
let url: string;
let admin: HttpClient;
let session: string;

beforeAll(async () => {
  ({ app, url } = await startInProcess({ FLEET_SERVER__REQUEST_TIMEOUT: "1" }));
  admin = new HttpClient(url);
  await admin.login(testCredentials.username, testCredentials.password);
  session = `fleet_session=${admin.cookies.get("fleet_session") ?? ""}`;
});

afterAll(async () => {
  admin.close();
  await app.close();
});

const ask = (line: string, ...headers: string[]) =>
  sendBytes(url, [line, "Host: fleet.example.com", "Connection: close", ...headers, "", ""].join("\r\n"));
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe("what a node listens to", () => {
  it("gives no file but those of the web UI, however the address climbs", async () => {
    const paths = roots.flatMap((root) =>
      climbs.flatMap((climb) => targets.map((target) => `${root}${`${climb}/`.repeat(6)}${target}`)),
    );
    const given: string[] = [];
    const work = async () => {
      for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
        const answer = await ask(`GET ${path} HTTP/1.1`, `Cookie: ${session}`);
        if (notOurs.test(answer) || statusOf(answer) >= 500 || statusOf(answer) === 0) given.push(`${path}: ${answer}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(given.slice(0, 3)).toEqual([]);
    // A file that is there, and the folder above it that is not shown.
    expect(statusOf(await ask("GET /static/icon.svg HTTP/1.1"))).toBe(200);
    expect(statusOf(await ask("GET /static/ HTTP/1.1"))).toBe(404);
    expect(statusOf(await ask("GET /assets/../index.html HTTP/1.1"))).toBe(404);
  });

  it.each([
    ["lengths that contradict each other", ["Content-Length: 5", "Content-Length: 6"]],
    ["a length beside chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["chunks that are none", ["Transfer-Encoding: chunked, identity"]],
    ["a length that is no number", ["Content-Length: 5abc"]],
    ["a header without a name", [": x"]],
    ["a space before the colon", ["Content-Length : 5"]],
    ["a line that goes on", ["X-Folded: a\r\n b", "Transfer-Encoding : chunked"]],
  ])("refuses requests by which a proxy and a node could differ: %s", async (_what, headers) => {
    const answer = await ask("POST /login HTTP/1.1", ...headers);
    expect(statusOf(answer)).toBe(400);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it("takes no more headers than fit, and one host", async () => {
    expect(statusOf(await ask("GET /health/live HTTP/1.1", `X-Long: ${"x".repeat(20_000)}`))).toBe(431);
    expect(statusOf(await sendBytes(url, "GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n"))).toBe(400);
  });

  it("lets go of clients that never finish", async () => {
    const [heads, bodies] = await Promise.all([
      sendBytes(url, "GET / HTTP/1.1\r\nHost: fleet.example.com\r\nX-Slow: "),
      sendBytes(
        url,
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
      ),
    ]);
    expect(heads).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodies === "" || statusOf(bodies) >= 400).toBe(true);
  });

  it("knows no methods but those of its routes", async () => {
    for (const method of ["TRACE", "TRACK", "PUT", "PROPFIND", "DEBUG"]) {
      const answer = await ask(`${method} /api/fleet/machines HTTP/1.1`, `Cookie: ${session}`, "X-Secret: echo-me");
      expect([method, [400, 404].includes(statusOf(answer)), answer.includes("echo-me")]).toEqual([
        method,
        true,
        false,
      ]);
    }
    // Nothing that another site's page could ask leave by.
    const preflight = await ask(
      "OPTIONS /api/fleet/machines HTTP/1.1",
      "Origin: https://evil.example.com",
      "Access-Control-Request-Method: DELETE",
    );
    expect(preflight).not.toMatch(/access-control-allow/i);
  });

  it("never leads elsewhere, whatever host it is called by", async () => {
    for (const host of ["evil.example.com", "fleet.example.com:80@evil.example.com"]) {
      const answer = await sendBytes(url, `GET /dashboard HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(/\r\nLocation: (.*)\r\n/i.exec(answer)?.[1]).toBe("/login?next=%2Fdashboard");
    }
    const whole = await ask("GET http://evil.example.com/dashboard HTTP/1.1");
    expect(/\r\nLocation: (.*)\r\n/i.exec(whole)?.[1]).toMatch(/^\/login\?next=/);
    for (const next of [
      "//evil.example.com",
      "/\\evil.example.com",
      "https://evil.example.com",
      "/%09/evil.example.com",
    ]) {
      const { headers } = await admin.get(`/login?next=${encodeURIComponent(next)}`);
      expect([next, headers.location]).toEqual([next, next === "/%09/evil.example.com" ? next : "/dashboard"]);
    }
  });

  it.each([
    ["/api/fleet/machines", "private, no-cache"],
    ["/api/fleet/users", "private, no-cache"],
    ["/dashboard", "no-store"],
    ["/static/icon.svg", "no-cache"],
  ])("tells who may keep %s, and guards it against other sites", async (path, kept) => {
    const { headers, status } = await admin.get(path);
    expect([status, headers["cache-control"]]).toEqual([200, kept]);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/default-src 'self'.*object-src 'none'.*script-src 'self'/);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    expect([headers["x-powered-by"], headers["server"], headers["access-control-allow-origin"]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
