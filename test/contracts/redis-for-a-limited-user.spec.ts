import { readFileSync } from "node:fs";
import path from "node:path";
import { RedisLoginCounters } from "../../src/auth/throttling/redis-login-counters.js";
import { liveChannel } from "../../src/events/live/live-bus.provider.js";
import { RedisLiveBus } from "../../src/events/live/redis-live-bus.js";
import { RedisNodeRegistry } from "../../src/cluster/registry/redis-node-registry.js";
import { type RedisSettings, openRedis } from "../../src/redis/open-redis.js";
import { RedisSessionStore } from "../../src/sessions/store/redis-session-store.js";
import { makeCertificates } from "../support/certificates.js";
import { onCleanup } from "../support/cleanup.js";
import { projectRoot } from "../support/project-root.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { testNodeRegistry } from "./node-registry.contract.js";
import { testSessionStore } from "./session-store.contract.js";

const PASSWORD = "a-password-for-the-limited-user";
const ADMIN_PASSWORD = "a-password-for-the-default-user";
const certificates = makeCertificates();

/** The rule that operators are told to use, word for word. */
function documentedRule(): string {
  const text = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8");
  const rule = /^user fleet on >REPLACE_WITH_THE_REDIS_PASSWORD (.+)$/m.exec(text)?.[1];
  if (rule === undefined) throw new Error("docs/operations.md shows no rule for a Redis user");
  return rule;
}

/** A Redis that speaks TLS only; the fleet's user may do what the documented rule lets it do, and nothing else. */
function startLimitedRedis(): Promise<RedisServer> {
  const lines = [`user fleet on >${PASSWORD} ${documentedRule()}`];
  return startRedis({ tls: certificates, password: ADMIN_PASSWORD, lines });
}

function limited({ host, port }: RedisServer, more: Partial<RedisSettings> = {}): RedisSettings {
  const user = { username: "fleet", password: PASSWORD };
  const encryption = { tls: true, ca_file: certificates.caFile };
  return { host, port, db: 0, ...user, ...encryption, sentinels: [], sentinel_name: "", ...more };
}

testNodeRegistry({
  name: "Redis over TLS for a limited user",
  open: async () => {
    const server = await startLimitedRedis();
    return { open: () => new RedisNodeRegistry(limited(server)), cutOff: () => server.stop() };
  },
});

testSessionStore({
  name: "redis over TLS for a limited user",
  async open() {
    const server = await startLimitedRedis();
    const settings = limited(server, { db: 1 });
    const open = () => openRedis(settings, "sessions");
    const damaging = openRedis(settings, "damage");
    onCleanup(() => {
      damaging.disconnect();
    });
    await waitFor(() => damaging.ping(), { what: "Redis to be reached" });
    return {
      settings: { backend: "redis", redis: settings },
      node: (ttlSeconds) => Promise.resolve(new RedisSessionStore(open(), ttlSeconds)),
      async damage(sessionId) {
        await damaging.set(`fleet:session:${sessionId}`, '{"cookie":', "XX");
      },
      breakDown: () => {
        server.freeze();
        return Promise.resolve();
      },
      repair: () => {
        server.resume();
        return Promise.resolve();
      },
    };
  },
});

describe("a limited user's connection over TLS", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startLimitedRedis();
  });

  const connection = (more: Partial<RedisSettings> = {}) => {
    const redis = openRedis(limited(server, more), "test");
    onCleanup(() => {
      redis.disconnect();
    });
    const errors: Error[] = [];
    redis.on("error", (error: Error) => errors.push(error));
    return { redis, errors };
  };

  it("counts logins", async () => {
    const { redis } = connection({ db: 1 });
    const counters = new RedisLoginCounters(redis);
    await waitFor(() => counters.read(["none"]), { what: "Redis to be reached" });
    expect(await counters.increment([{ key: "a", seconds: 60 }])).toEqual([1]);
    expect(await counters.increment([{ key: "a", seconds: 60 }])).toEqual([2]);
    await counters.start([{ key: "a", seconds: 60 }]);
    expect(await counters.read(["a"])).toMatchObject([{ count: 1 }]);
    await counters.remove(["a"]);
    expect(await counters.read(["a"])).toEqual([null]);
  });

  it("hears the live bus on the channel that nodes use", async () => {
    const bus = new RedisLiveBus(limited(server), liveChannel("0123456789abcdef"));
    onCleanup(() => bus.close());
    const heard: string[] = [];
    bus.listen((message) => heard.push(message));
    const say = () => {
      bus.publish("hello");
      return heard.length > 0;
    };
    await waitFor(say, { what: "its own voice" });
  });

  it.each([
    ["other keys", ["SET", "somebody-else", "1"]],
    ["the keys of others", ["KEYS", "*"]],
    ["emptying the database", ["FLUSHDB"]],
    ["the server's settings", ["CONFIG", "GET", "requirepass"]],
    ["the rules for users", ["ACL", "LIST"]],
    ["other connections", ["CLIENT", "LIST"]],
  ])("does not open %s", async (_what, [command = "", ...args]) => {
    const { redis } = connection();
    await waitFor(() => redis.ping(), { what: "Redis to be reached" });
    await expect(redis.call(command, ...args)).rejects.toThrow("NOPERM");
  });

  it("is refused, and says why, when another authority signed the server's certificate", async () => {
    const { redis, errors } = connection({ ca_file: makeCertificates().caFile });
    await waitFor(() => errors[0], { what: "the refusal" });
    expect(errors[0]?.message).toMatch(/certificate/);
    await expect(redis.ping()).rejects.toThrow();
  });

  it("is refused when it trusts only the public authorities", async () => {
    const { errors } = connection({ ca_file: undefined });
    await waitFor(() => errors[0], { what: "the refusal" });
    expect(errors[0]?.message).toMatch(/certificate/);
  });

  it("is refused when the certificate is made out to another name", async () => {
    // Listens there, too: the whole of 127.0.0.0/8 is this machine.
    const everywhere = await startRedis({ tls: certificates, lines: ["bind 127.0.0.1 127.0.0.2"] });
    const { errors } = connection({ host: "127.0.0.2", port: everywhere.port });
    await waitFor(() => errors[0], { what: "the refusal" });
    expect(errors[0]?.message).toMatch(/does not match certificate/);
  });

  it("says which file of an authority cannot be read", () => {
    expect(() => openRedis(limited(server, { ca_file: "/nowhere/ca.pem" }), "test")).toThrow("/nowhere/ca.pem");
  });
});
