import { startRedis } from "../support/redis-server.js";
import { startWatchedRedis } from "../support/redis-sentinels.js";
import { startTcpLink, type TcpLink } from "../support/tcp-link.js";
import { waitFor } from "../support/wait-for.js";

type Settings = Readonly<Record<string, unknown>>;

/** The Redis that holds the cluster's records and the sessions, and what can be done to it. */
export interface RedisPlace {
  /** How node 1, 2 or 3 reaches it, in the words of `sessions.redis`. */
  settingsFor(number: number): Settings;
  /** Ends it in order: it keeps what it holds. */
  stop(): Promise<void>;
  /** Starts it again; behind Sentinel, when it has joined as the new primary's replica. */
  start(): Promise<void>;
  freeze(): void;
  resume(): void;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Ends whatever belongs to it. */
  close(): Promise<void>;
  /** The way of node 2, and of no other. */
  readonly link: TcpLink | null;
}

const PASSWORD = "a-redis-password-for-tests";

async function oneServer(): Promise<RedisPlace> {
  const server = await startRedis({ password: PASSWORD, persistent: true });
  const link = await startTcpLink(server.port);
  return {
    settingsFor: (number) => ({
      host: server.host,
      port: number === 2 ? link.port : server.port,
      password: PASSWORD,
    }),
    stop: () => server.stop(),
    start: () => server.start(),
    freeze: () => {
      server.freeze();
    },
    resume: () => {
      server.resume();
    },
    kill: () => server.kill(),
    close: async () => {
      await link.cut();
      await server.kill();
    },
    link,
  };
}

async function behindSentinel(): Promise<RedisPlace> {
  const { primary, replica, sentinels, name } = await startWatchedRedis({ password: PASSWORD });
  const settings = {
    sentinels: sentinels.map(({ host, port }) => `${host}:${port}`),
    sentinel_name: name,
    password: PASSWORD,
  };
  return {
    settingsFor: () => settings,
    stop: () => primary.stop(),
    start: async () => {
      await primary.start();
      await waitFor(async () => (await primary.ask("INFO replication")).includes("master_link_status:up"), {
        what: "the old primary to follow the new one",
        timeoutMs: 30_000,
      });
    },
    freeze: () => {
      primary.freeze();
    },
    resume: () => {
      primary.resume();
    },
    kill: () => primary.kill(),
    close: async () => {
      await Promise.all([...sentinels, replica, primary].map((server) => server.kill()));
    },
    link: null,
  };
}

export type RedisKind = "one server" | "sentinel";

export const redisPlaces = { "one server": oneServer, sentinel: behindSentinel } satisfies Record<
  RedisKind,
  () => Promise<RedisPlace>
>;
