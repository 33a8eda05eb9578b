import type { Certificates } from "./certificates.js";
import { type RedisServer, startRedis } from "./redis-server.js";
import { waitFor } from "./wait-for.js";

export interface SentinelOptions {
  /** Of the primary and its replica. */
  readonly password?: string;
  /** Of the sentinels themselves. */
  readonly sentinelPassword?: string;
  /** Servers and sentinels speak TLS, and only TLS. */
  readonly tls?: Certificates;
  /** Further lines of the sentinels' configuration. */
  readonly sentinelLines?: readonly string[];
}

/** A primary, its replica, and three sentinels that make the replica the primary one second after they miss the other. */
export interface WatchedRedis {
  /** As things stand at the beginning. */
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** Under which the sentinels know the primary. */
  readonly name: string;
}

const NAME = "fleet-primary";

/** Starts them all, and waits until every sentinel knows the others and the replica is in step. */
export async function startWatchedRedis(options: SentinelOptions = {}): Promise<WatchedRedis> {
  const { password, sentinelPassword, tls, sentinelLines = [] } = options;
  const common = { ...(password === undefined ? {} : { password }), ...(tls === undefined ? {} : { tls }) };
  // Whichever of the two is a replica at the time must be let in by the other.
  const credentials = password === undefined ? [] : [`masterauth ${password}`];
  const lines = [...credentials, "repl-diskless-sync-delay 0"];
  const primary = await startRedis({ ...common, persistent: true, lines });
  const replicaOf = `replicaof ${primary.host} ${primary.port}`;
  const replica = await startRedis({ ...common, persistent: true, lines: [...lines, replicaOf] });
  await waitFor(async () => (await replica.ask("INFO replication")).includes("master_link_status:up"), {
    what: "the replica to be in step",
  });
  const watch = [
    `sentinel monitor ${NAME} ${primary.host} ${primary.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 6000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
  ];
  const own = sentinelPassword === undefined ? {} : { password: sentinelPassword };
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startRedis({
        sentinel: true,
        ...own,
        ...(tls === undefined ? {} : { tls }),
        lines: [
          ...watch,
          ...(sentinelPassword === undefined ? [] : [`sentinel sentinel-pass ${sentinelPassword}`]),
          ...sentinelLines,
        ],
      }),
    ),
  );
  for (const sentinel of sentinels) {
    await waitFor(
      async () => {
        const state = await sentinel.ask(`SENTINEL MASTER ${NAME}`);
        return /num-slaves\r\n\$1\r\n1\r/.test(state) && /num-other-sentinels\r\n\$1\r\n2\r/.test(state);
      },
      { what: "the sentinels to know each other and the replica" },
    );
  }
  return { primary, replica, sentinels, name: NAME };
}
