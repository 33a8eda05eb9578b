import { RedisLoginCounters } from "../../src/auth/throttling/redis-login-counters.js";
import { RedisNodeRegistry } from "../../src/cluster/registry/redis-node-registry.js";
import { type RedisSettings, openRedis } from "../../src/redis/open-redis.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { makeCertificates } from "../support/certificates.js";
import { onCleanup } from "../support/cleanup.js";
import { startWatchedRedis, type WatchedRedis } from "../support/redis-sentinels.js";
import { waitFor } from "../support/wait-for.js";
import { create, get } from "./session-calls.js";

const PASSWORD = "a-redis-password-for-tests";
const SENTINEL_PASSWORD = "a-sentinel-password-for-tests";

/** A node's three connections, as they are when the sentinels are asked for the way. */
describe("a Redis that Sentinel watches", () => {
  const certificates = makeCertificates();
  let watched: WatchedRedis;
  let registry: RedisNodeRegistry;
  let sessions: RedisSessionStore;
  let counters: RedisLoginCounters;

  const settings = (more: Partial<RedisSettings> = {}): RedisSettings => ({
    // Nobody listens there: only the sentinels know the way.
    host: "127.0.0.1",
    port: 1,
    db: 0,
    password: PASSWORD,
    tls: true,
    ca_file: certificates.caFile,
    sentinels: watched.sentinels,
    sentinel_name: watched.name,
    sentinel_password: SENTINEL_PASSWORD,
    ...more,
  });

  beforeAll(async () => {
    watched = await startWatchedRedis({
      password: PASSWORD,
      sentinelPassword: SENTINEL_PASSWORD,
      tls: certificates,
      sentinelLines: ["user limited on >its-own-password -@all +sentinel|get-master-addr-by-name +sentinel|sentinels"],
    });
    registry = new RedisNodeRegistry(settings());
    sessions = new RedisSessionStore(openRedis(settings({ db: 1 }), "sessions"), 3600);
    counters = new RedisLoginCounters(openRedis(settings({ db: 1 }), "login-throttle"));
    onCleanup(() => Promise.all([registry.close(), sessions.close(), counters.close()]).then(() => undefined));
  });

  const usable = async () => {
    await registry.publish("a", "record of a");
    await sessions.check();
    await counters.read(["a"]);
    return true;
  };

  it("is found by nodes that know nothing but the sentinels, over TLS and with the sentinels' password", async () => {
    await waitFor(usable, { what: "the primary to be found" });
    expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "record of a" }]);
  });

  it("is found by a user of the sentinels' own", async () => {
    const own = settings({ sentinel_username: "limited", sentinel_password: "its-own-password" });
    const redis = openRedis(own, "test");
    onCleanup(() => {
      redis.disconnect();
    });
    expect(await waitFor(() => redis.ping(), { what: "the primary to be found" })).toBe("PONG");
  });

  it("is not found with a wrong password for the sentinels, which the log says without showing it", async () => {
    const redis = openRedis(settings({ sentinel_password: "not-the-password" }), "test");
    onCleanup(() => {
      redis.disconnect();
    });
    const errors: Error[] = [];
    redis.on("error", (error: Error) => errors.push(error));
    await waitFor(() => errors[0], { what: "the refusal" });
    expect(errors[0]?.message).toMatch(/sentinels are unreachable.*WRONGPASS/);
    expect(errors[0]?.message).not.toContain("not-the-password");
  });

  it("is found although one of the sentinels is frozen", async () => {
    const [frozen] = watched.sentinels;
    frozen?.freeze();
    const redis = openRedis(settings(), "test");
    onCleanup(() => {
      redis.disconnect();
    });
    expect(await waitFor(() => redis.ping(), { what: "the primary to be found" })).toBe("PONG");
    frozen?.resume();
  });

  it("keeps sessions, counts and the registry when the primary is killed, and is found again within seconds", async () => {
    await waitFor(usable, { what: "the primary to be found" });
    await create(sessions, "s1", "alice");
    await counters.increment([{ key: "failed", seconds: 600 }]);
    const id = await registry.id();
    // Replication follows the answer; what is asked for afterwards has arrived there.
    await waitFor(async () => (await watched.primary.ask("WAIT 1 1000")).includes(":1"), { what: "the replica" });

    await watched.primary.kill();
    const killedAt = performance.now();
    await waitFor(usable, { what: "the new primary to be found" });
    expect(performance.now() - killedAt).toBeLessThan(15_000);
    expect((await get(sessions, "s1"))?.user?.username).toBe("alice");
    expect(await counters.read(["failed"])).toMatchObject([{ count: 1 }]);
    expect(await registry.id()).toBe(id);

    await watched.primary.start();
    await waitFor(async () => (await watched.primary.ask("INFO replication")).includes("role:slave"), {
      what: "the old primary to follow the new one",
      // Sentinel looks at it every ten seconds, and later on a busy machine.
      timeoutMs: 60_000,
    });
    expect(await usable()).toBe(true);
  });
});
