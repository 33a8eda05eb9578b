import { setTimeout as sleep } from "node:timers/promises";
import { InProcessLiveBus } from "../../src/events/live/in-process-live-bus.js";
import { type LiveBus, MAX_MESSAGE_BYTES } from "../../src/events/live/live-bus.js";
import { PollingLiveBus } from "../../src/events/live/polling-live-bus.js";
import { PostgresLiveBus } from "../../src/events/live/postgres-live-bus.js";
import { RedisLiveBus } from "../../src/events/live/redis-live-bus.js";
import { onCleanup } from "../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { startTcpLink } from "../support/tcp-link.js";
import { waitFor } from "../support/wait-for.js";

let redis: RedisServer;
let postgres: PostgresServer;
let databaseUrl: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  databaseUrl = await postgres.createDatabase("live");
});

/** A bus, and what it has heard. */
class Listener {
  readonly heard: string[] = [];

  constructor(readonly bus: LiveBus) {
    bus.listen((message) => this.heard.push(message));
    onCleanup(() => bus.close());
  }

  /** Says it until it is heard: a bus that is not connected yet drops what it is told. */
  async hears(message: string, from: LiveBus = this.bus): Promise<void> {
    await waitFor(
      async () => {
        from.publish(message);
        await sleep(20);
        return this.heard.includes(message);
      },
      { what: `${message} to be heard` },
    );
  }

  count(message: string): number {
    return this.heard.filter((each) => each === message).length;
  }
}

const redisBus = (channel: string, port = redis.port) =>
  new RedisLiveBus({ host: redis.host, port, db: 0, tls: false, sentinels: [], sentinel_name: "" }, channel);

const postgresBus = (channel: string, port = Number(new URL(databaseUrl).port)) => {
  const url = new URL(databaseUrl);
  url.port = String(port);
  return new PostgresLiveBus(url.href, channel);
};

describe.each([
  ["Redis", redisBus, { port: () => redis.port, stop: () => redis.stop(), start: () => redis.start() }],
  [
    "PostgreSQL",
    postgresBus,
    { port: () => Number(new URL(databaseUrl).port), stop: () => postgres.stop(), start: () => postgres.start() },
  ],
] as const)("the live bus on %s", (_name, open, server) => {
  it("carries each message once to every node, the sender included", async () => {
    const [one, other] = [new Listener(open("fleet_a")), new Listener(open("fleet_a"))];
    await one.hears("ready", other.bus);
    await other.hears("ready", one.bus);
    one.bus.publish("hello");
    await waitFor(() => one.count("hello") === 1 && other.count("hello") === 1, { what: "both to hear it" });
    one.bus.publish("last");
    await waitFor(() => one.count("last") === 1 && other.count("last") === 1, { what: "both to hear the last one" });
    expect([one.count("hello"), other.count("hello")]).toEqual([1, 1]);
  });

  it("keeps fleets apart that share a server", async () => {
    const [one, other] = [new Listener(open("fleet_b")), new Listener(open("fleet_c"))];
    await one.hears("for b");
    await other.hears("for c");
    expect([one.heard.includes("for c"), other.heard.includes("for b")]).toEqual([false, false]);
  });

  it("carries the longest message and every character", async () => {
    const listener = new Listener(open("fleet_d"));
    await listener.hears(`ü"'\\ 🖥 ${"x".repeat(MAX_MESSAGE_BYTES - 12)}`);
  });

  it("listens over a new connection when it is told that the old one seems dead", async () => {
    const link = await startTcpLink(server.port());
    const listener = new Listener(open("fleet_f", link.port));
    const other = open("fleet_f");
    onCleanup(() => other.close());
    await listener.hears("before", other);
    link.silence();
    listener.bus.renew();
    await listener.hears("after", other);
  });

  it("drops what it is told while its server is away, and finds it again", async () => {
    const listener = new Listener(open("fleet_e"));
    await listener.hears("before");
    await server.stop();
    listener.bus.publish("lost");
    await server.start();
    await listener.hears("after");
    expect(listener.heard).not.toContain("lost");
  });
});

describe("the live bus of a node that runs alone", () => {
  it("carries messages within it", () => {
    const listener = new Listener(new InProcessLiveBus());
    listener.bus.publish("hello");
    expect(listener.heard).toEqual(["hello"]);
  });
});

describe("the live bus of nodes that share nothing but files", () => {
  it("carries nothing, so that nodes ask the database", () => {
    const listener = new Listener(new PollingLiveBus());
    listener.bus.publish("hello");
    expect(listener.heard).toEqual([]);
  });
});
