import { Redis } from "ioredis";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { openRedis } from "../../src/redis/open-redis.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { onCleanup } from "../support/cleanup.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { create, get } from "./session-calls.js";

/** What the Redis session store promises besides the contract. */
describe("RedisSessionStore", () => {
  let server: RedisServer;
  let store: RedisSessionStore;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis();
    const { host, port } = server;
    store = new RedisSessionStore(
      openRedis({ host, port, db: 1, tls: false, sentinels: [], sentinel_name: "" }, "sessions"),
      3600,
    );
    admin = new Redis(port, host, { db: 1, retryStrategy: () => 50 });
    admin.on("error", () => undefined);
    onCleanup(async () => {
      admin.disconnect();
      await store.close();
    });
    await waitFor(() => store.check().then(() => true), { what: "Redis to be reached" });
  });

  it("leaves nothing behind for ever: every session has the time to live", async () => {
    await create(store, "s1", "alice");
    expect(await admin.keys("*")).toEqual(["fleet:session:s1"]);
    const ttl = await admin.ttl("fleet:session:s1");
    expect(ttl).toBeGreaterThan(3590);
    expect(ttl).toBeLessThanOrEqual(3600);
  });

  it("renews a session once a minute, not at every request", async () => {
    const session = await create(store, "s2", "alice");
    await admin.config("RESETSTAT");
    for (let request = 0; request < 50; request++) await store.touch("s2", session);
    expect(await admin.info("commandstats")).toMatch(/cmdstat_expire:calls=1,/);
  });

  it("says at once that a Redis that is gone is unavailable, and finds it again", async () => {
    await server.kill();
    await waitFor(
      () =>
        store.check().then(
          () => false,
          () => true,
        ),
      { what: "the store to notice" },
    );
    const start = performance.now();
    await expect(get(store, "s1")).rejects.toBeInstanceOf(BackendUnavailableError);
    expect(performance.now() - start).toBeLessThan(3_000);
    await server.start();
    await waitFor(() => store.check().then(() => true), { what: "Redis to be found again" });
    await expect(get(store, "s1")).resolves.toBeNull();
  });
});
