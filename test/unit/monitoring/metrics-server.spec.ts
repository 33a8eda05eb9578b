import { Logger } from "@nestjs/common";
import { type AddressInfo, createServer } from "node:net";
import { once } from "node:events";
import { Metrics } from "../../../src/monitoring/metrics.js";
import { MetricsServer } from "../../../src/monitoring/metrics-server.js";
import { onCleanup } from "../../support/cleanup.js";
import { freePort } from "../../support/free-port.js";
import { HttpClient } from "../../support/http-client.js";

const settings = { enabled: true, host: "127.0.0.1", endpoint: "/figures" };

async function serving() {
  const port = await freePort();
  const metrics = new Metrics({ enabled: true });
  metrics.counter({ name: "fleet_things_total", help: "Things." }).inc();
  const server = new MetricsServer({ ...settings, port }, metrics);
  await server.start();
  const client = new HttpClient(`http://127.0.0.1:${port}`);
  onCleanup(() => {
    client.close();
    server.onApplicationShutdown();
  });
  return { client, server };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe("the port of the metrics", () => {
  it("answers with Prometheus' text at its endpoint, whatever stands behind it", async () => {
    const { client } = await serving();
    for (const path of ["/figures", "/figures?collect[]=x"]) {
      const { status, headers, text } = await client.get(path);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
      expect(text).toContain("# TYPE fleet_things_total counter\nfleet_things_total 1\n");
    }
    const { status, headers, text } = await client.request("HEAD", "/figures");
    expect({ status, text }).toEqual({ status: 200, text: "" });
    expect(Number(headers["content-length"])).toBeGreaterThan(0);
  });

  it.each([
    ["GET", "/"],
    ["GET", "/metrics"],
    ["GET", "/figures/"],
    ["GET", "/api/fleet/machines"],
    ["POST", "/figures"],
    ["DELETE", "/figures"],
  ])("has nothing else: %s %s", async (method, path) => {
    const { client } = await serving();
    const answer = await client.request(method, path);
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({
      error: "There is nothing at this address.",
      code: "NOT_FOUND",
      request_id: expect.stringMatching(/./) as string,
    });
  });

  it("closes although Prometheus keeps its connection", async () => {
    const { client, server } = await serving();
    await client.get("/figures");
    server.onApplicationShutdown();
    await expect(client.get("/figures")).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
  });

  it("says which setting is wrong where another program has it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onCleanup(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const server = new MetricsServer({ ...settings, port }, new Metrics({ enabled: true }));
    await expect(server.start()).rejects.toMatchObject({
      code: "METRICS_PORT",
      message: expect.stringMatching(
        new RegExp(`on 127.0.0.1 port ${port}: .*EADDRINUSE.*monitoring.host and monitoring.port`),
      ) as string,
    });
  });

  it("stays closed where metrics are not wanted", async () => {
    const port = await freePort();
    await new MetricsServer({ ...settings, enabled: false, port }, new Metrics({ enabled: false })).start();
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    await expect(client.get("/figures")).rejects.toThrow("ECONNREFUSED");
  });
});
