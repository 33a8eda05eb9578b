import type { NestExpressApplication } from "@nestjs/platform-express";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { get } from "node:http";
import { testCredentials } from "../../support/fleet-node.js";
import { HttpClient } from "../../support/http-client.js";
import { startInProcess } from "../../support/in-process-node.js";

const { username, password } = testCredentials;
const PAGES = [
  "/dashboard",
  "/machines",
  "/machine/web-01",
  "/cluster",
  "/alerts",
  "/events",
  "/settings",
  "/settings/users",
];

describe("the web UI that a node serves", () => {
  let app: NestExpressApplication;
  let operator: HttpClient;
  let stranger: HttpClient;

  beforeAll(async () => {
    const node = await startInProcess();
    app = node.app;
    operator = new HttpClient(node.url);
    stranger = new HttpClient(node.url);
    await operator.login(username, password);
  });

  afterAll(async () => {
    operator.close();
    stranger.close();
    await app.close();
  });

  /** The body as it is sent, which the client would not decode either. */
  const raw = (path: string, encoding: string): Promise<{ body: Buffer; encoding: string | undefined }> =>
    new Promise((resolve, reject) => {
      get(`${stranger.baseUrl}${path}`, { headers: { "accept-encoding": encoding } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          resolve({ body: Buffer.concat(chunks), encoding: answer.headers["content-encoding"] });
        });
      }).once("error", reject);
    });
  const assetOf = async (pattern: RegExp) => pattern.exec((await stranger.get("/login")).text)?.[1] ?? "none";

  it("leads from the front door to the dashboard, and from the login as well for those who are logged in", async () => {
    for (const path of ["/", "/login"]) {
      const answer = await operator.get(path);
      expect([answer.status, answer.headers.location]).toEqual([302, "/dashboard"]);
    }
    const next = await operator.get("/login?next=%2Fmachines%3Fq%3Dx");
    expect(next.headers.location).toBe("/machines?q=x");
    expect((await operator.get("/login?next=%2F%2Fevil.example")).headers.location).toBe("/dashboard");
  });

  it.each(PAGES)("sends strangers from %s to the login, and back after it", async (path) => {
    const answer = await stranger.get(`${path}?sort=-cpu`);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`/login?next=${encodeURIComponent(`${path}?sort=-cpu`)}`);
    const page = await operator.get(path);
    expect([page.status, page.headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(page.text).toContain('<div id="root">');
  });

  it("lets in its own scripts and, by a nonce of each answer, its own styles", async () => {
    const nonces = new Set<string>();
    for (const path of ["/login", "/login"]) {
      const { headers, text } = await stranger.get(path);
      const policy = String(headers["content-security-policy"]);
      const nonce = /style-src 'self' 'nonce-([\w-]{22})'/.exec(policy)?.[1] ?? "none";
      expect(text).toContain(`content="${nonce}"`);
      expect(policy).not.toContain("unsafe-inline");
      expect(policy).toContain("script-src 'self'");
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  it("keeps hashed files for a year and asks for the others again", async () => {
    const script = await stranger.get(await assetOf(/src="(\/assets\/[^"]+\.js)"/));
    expect([script.status, script.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    const boot = await stranger.get("/static/boot.js");
    expect([boot.status, boot.headers["cache-control"]]).toEqual([200, "no-cache"]);
  });

  it("sends what browsers take: Brotli, gzip or neither, all the same", async () => {
    const path = await assetOf(/href="(\/assets\/[^"]+\.css)"/);
    const [brotli, gzip, plain] = [await raw(path, "gzip, br"), await raw(path, "gzip"), await raw(path, "identity")];
    expect([brotli.encoding, gzip.encoding, plain.encoding]).toEqual(["br", "gzip", undefined]);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  });

  it.each([
    "/assets/none.js",
    "/assets/../index.html",
    "/static/..%2F..%2Fpackage.json",
    "/static/%2e%2e/package.json",
    "/nowhere",
  ])("has nothing at %s", async (path) => {
    const answer = await operator.get(path);
    expect([answer.status, answer.json()]).toMatchObject([404, { code: "NOT_FOUND" }]);
  });

  it("tells what it is", async () => {
    expect((await operator.get("/api/fleet/about")).json()).toMatchObject({
      organization: "Fleet",
      node_id: null,
      data_backend: "sqlite",
      session_backend: "file",
      cluster_backend: null,
      database_encrypted: false,
    });
  });
});
