import { Redis } from "ioredis";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRedis } from "../../src/redis/open-redis.js";
import { FileSessionStore } from "../../src/sessions/store/file-session-store.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { onCleanup } from "../support/cleanup.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { testSessionStore } from "./session-store.contract.js";

let server: RedisServer | undefined;
let database = 0;

testSessionStore({
  name: "redis",
  async open() {
    const redis = (server ??= await startRedis());
    const { host, port } = redis;
    const settings = { host, port, db: ++database, tls: false, sentinels: [], sentinel_name: "" };
    const admin = new Redis(port, host, { db: database, commandTimeout: 200 });
    onCleanup(() => {
      admin.disconnect();
    });
    return {
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

testSessionStore({
  name: "file",
  open() {
    const folder = join(makeTempFolder("sessions"), "data", "sessions");
    return Promise.resolve({
      node: (ttlSeconds: number) => FileSessionStore.open(folder, ttlSeconds),
      damage: (sessionId: string) =>
        writeFile(join(folder, sessionKeyOf(sessionId), "session.json"), '{"cookie":'),
      breakDown: () => rename(folder, `${folder}.away`),
      repair: () => rename(`${folder}.away`, folder),
    });
  },
});
