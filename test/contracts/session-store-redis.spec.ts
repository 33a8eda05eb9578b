import { Redis } from "ioredis";
import { openRedis } from "../../src/redis/open-redis.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { onCleanup } from "../support/cleanup.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { testSessionStore } from "./session-store.contract.js";

let server: RedisServer | undefined;

testSessionStore({
  name: "redis",
  async open() {
    const redis = (server ??= await startRedis());
    const { host, port } = redis;
    const settings = { host, port, db: 1, tls: false, sentinels: [], sentinel_name: "" };
    const admin = new Redis(port, host, { db: 1, commandTimeout: 200 });
    onCleanup(() => {
      admin.disconnect();
    });
    await admin.flushdb();
    return {
      settings: { backend: "redis", redis: settings },
      node: (ttlSeconds) => Promise.resolve(new RedisSessionStore(openRedis(settings, "sessions"), ttlSeconds)),
      async damage(sessionId) {
        await admin.set(`fleet:session:${sessionId}`, '{"cookie":', "XX");
      },
      async breakDown() {
        redis.freeze();
        await waitFor(
          () =>
            admin.ping().then(
              () => false,
              () => true,
            ),
          { what: "Redis to answer no longer" },
        );
      },
      repair() {
        redis.resume();
        return Promise.resolve();
      },
    };
  },
});
