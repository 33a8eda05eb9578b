import { existsSync } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RegistryEntry } from "../../cluster/registry/node-registry.js";
import { LIST_RECORDS, type NodeRow, entryOf } from "../../cluster/registry/postgres-node-registry.js";
import { decodeRecordFile, looksLikeRecordFile } from "../../cluster/registry/record-file.js";
import { NODES_KEY, REGISTRY_ID_KEY, entriesIn } from "../../cluster/registry/redis-node-registry.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { clusterDatabaseUrl } from "../../database/cluster-database-url.js";
import { clusterRedis } from "../../redis/cluster-redis.js";
import { PostgresReader } from "../postgres/postgres-reader.js";
import { RedisReader } from "../redis/redis-reader.js";
import { SqliteReader } from "../sqlite/sqlite-reader.js";
import type { RegistryReader } from "./place-reader.js";

type Cluster = FleetConfig["cluster"];

/** By `cluster.backend`. */
const readers = {
  redis: (cluster) => new RedisRegistryReader(new RedisReader(clusterRedis(cluster), "cluster.redis_")),
  postgres: (cluster) => new PostgresRegistryReader(new PostgresReader(clusterDatabaseUrl(cluster), "cluster.db_url")),
  sqlite: (cluster) => new SqliteRegistryReader(new SqliteReader(`${cluster.state_path}.sqlite3`)),
  file: (cluster) => new FileRegistryReader(`${cluster.state_path}.d`),
} satisfies Record<Cluster["backend"], (cluster: Cluster) => RegistryReader>;

export function registryReader(cluster: Cluster): RegistryReader {
  return readers[cluster.backend](cluster);
}

class RedisRegistryReader implements RegistryReader {
  constructor(private readonly redis: RedisReader) {}

  async records(): Promise<readonly RegistryEntry[]> {
    const fields = (await this.redis.ask("HGETALL", NODES_KEY)) as string[];
    const [seconds, microseconds] = (await this.redis.ask("TIME")) as [string, string];
    const values = fields.flatMap((nodeId, at): [string, string][] => (at % 2 ? [] : [[nodeId, fields[at + 1] ?? ""]]));
    return entriesIn(values, Number(seconds) + Number(microseconds) / 1e6);
  }

  async id(): Promise<string | undefined> {
    return ((await this.redis.ask("GET", REGISTRY_ID_KEY)) as string | null) ?? undefined;
  }

  close(): Promise<void> {
    return this.redis.close();
  }
}

class PostgresRegistryReader implements RegistryReader {
  constructor(private readonly reader: PostgresReader) {}

  async records(): Promise<readonly RegistryEntry[]> {
    if (!(await this.reader.has("fleet_cluster_nodes"))) return [];
    return (await this.reader.ask<NodeRow & Record<string, unknown>>(LIST_RECORDS)).map(entryOf);
  }

  async id(): Promise<string | undefined> {
    return (await this.reader.read<{ id: string }>("fleet_cluster_id", ["id"]))?.[0]?.id;
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

interface StoredRecord {
  readonly node_id: string;
  readonly record: string;
  readonly written_at_ms: number;
}

class SqliteRegistryReader implements RegistryReader {
  constructor(private readonly reader: SqliteReader) {}

  async records(): Promise<readonly RegistryEntry[]> {
    const rows = await this.reader.read<StoredRecord>("nodes", ["node_id", "record", "written_at_ms"]);
    return (rows ?? []).map(({ node_id: nodeId, record, written_at_ms }) => ({
      nodeId,
      record,
      ageMs: Math.max(0, Date.now() - written_at_ms),
    }));
  }

  async id(): Promise<string | undefined> {
    return (await this.reader.read<{ id: string }>("registry", ["id"]))?.[0]?.id;
  }

  close(): Promise<void> {
    this.reader.close();
    return Promise.resolve();
  }
}

/** Ages are by this machine's clock: to read the file system's, something would have to be written there. */
class FileRegistryReader implements RegistryReader {
  constructor(private readonly folder: string) {}

  async records(): Promise<readonly RegistryEntry[]> {
    if (!existsSync(this.folder)) return [];
    const entries: RegistryEntry[] = [];
    for (const name of (await readdir(this.folder)).filter(looksLikeRecordFile)) {
      const path = join(this.folder, name);
      const decoded = decodeRecordFile(name, await readFile(path, "utf8"));
      if (decoded) entries.push({ ...decoded, ageMs: Math.max(0, Date.now() - (await stat(path)).mtimeMs) });
    }
    return entries;
  }

  async id(): Promise<string | undefined> {
    const path = join(this.folder, "registry-id");
    return existsSync(path) ? readFile(path, "utf8") : undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
