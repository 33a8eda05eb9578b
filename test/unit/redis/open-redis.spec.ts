import { createServer, connect, type Socket } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { openRedis } from "../../../src/redis/open-redis.js";
import { onCleanup } from "../../support/cleanup.js";
import { startRedis } from "../../support/redis-server.js";
import { waitFor } from "../../support/wait-for.js";

describe("a connection to Redis", () => {
  it("is replaced when the other end is gone without a word", async () => {
    const redis = await startRedis();
    // Stands for a network that forgets a connection: what runs is silenced, what comes new gets through.
    const running = new Set<Socket>();
    const network = createServer((client) => {
      const server = connect(redis.port, redis.host);
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on("error", () => socket.destroy());
      running.add(client).add(server);
    }).listen(0, "127.0.0.1");
    await once(network, "listening");
    onCleanup(() => {
      for (const socket of running) socket.destroy();
      network.close();
    });

    const { port } = network.address() as AddressInfo;
    const settings = { host: "127.0.0.1", port, db: 0, tls: false, sentinels: [], sentinel_name: "mymaster" };
    const connection = openRedis(settings, "test");
    onCleanup(() => {
      connection.disconnect();
    });
    await waitFor(() => connection.status === "ready", { what: "the first connection" });
    expect(await connection.ping()).toBe("PONG");

    for (const socket of running) socket.unpipe().pause();
    await expect(connection.ping()).rejects.toThrow(/timed out/);
    await waitFor(() => connection.ping(), { what: "an answer over a new connection" });
  });

  it("makes nobody wait for a server that left a command without an answer, until it answers again", async () => {
    const redis = await startRedis();
    const { host, port } = redis;
    const connection = openRedis({ host, port, db: 0, tls: false, sentinels: [], sentinel_name: "" }, "test");
    onCleanup(() => {
      connection.disconnect();
    });
    await waitFor(() => connection.ping(), { what: "the first connection" });
    redis.freeze();
    await expect(connection.ping()).rejects.toThrow(/timed out/);
    const startedAt = performance.now();
    for (let call = 0; call < 20; call++) await expect(connection.get("a")).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    redis.resume();
    await waitFor(() => connection.get("a").then(() => true), { what: "the server to be found again" });
  });

  it("never makes a caller wait while there is no server", async () => {
    const redis = await startRedis();
    await redis.stop();
    const settings = {
      host: redis.host,
      port: redis.port,
      db: 0,
      tls: false,
      sentinels: [],
      sentinel_name: "mymaster",
    };
    const connection = openRedis(settings, "test");
    onCleanup(() => {
      connection.disconnect();
    });
    await expect(connection.ping()).rejects.toThrow();
    await redis.start();
    await waitFor(() => connection.ping(), { what: "an answer once there is a server" });
  });
});
