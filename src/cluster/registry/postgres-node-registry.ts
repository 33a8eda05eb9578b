import { randomUUID } from "node:crypto";
import type pg from "pg";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import { closePostgres, openPostgres } from "../../database/open-postgres.js";
import type { NodeRegistry, RegistryEntry } from "./node-registry.js";

/** One for the heartbeat's write and one for its read: few enough for any server, and nobody else's queries before them. */
export const REGISTRY_CONNECTIONS = 2;

/**
 * Statements of one message are one transaction, and the lock lasts until its end: of nodes that start together one makes
 * the tables. Bytes, not text: text takes no NUL, and not every character in every database encoding.
 */
const CREATE_TABLES = `SELECT pg_advisory_xact_lock(hashtext('fleet_cluster'));
CREATE TABLE IF NOT EXISTS fleet_cluster_nodes (
  node_id bytea PRIMARY KEY, record bytea NOT NULL, written_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS fleet_cluster_id (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), id uuid NOT NULL)`;

// Not now(), which is the time when a transaction began: this one may have waited for another writer.
const PUBLISH = `INSERT INTO fleet_cluster_nodes (node_id, record, written_at) VALUES ($1, $2, clock_timestamp())
ON CONFLICT (node_id) DO UPDATE SET record = EXCLUDED.record, written_at = clock_timestamp()`;

// A server that took over may be behind the one that stamped the record.
export const LIST_RECORDS = `SELECT node_id, record,
  greatest(0, extract(epoch FROM clock_timestamp() - written_at) * 1000)::float8 AS age_ms FROM fleet_cluster_nodes`;

const REMOVE = "DELETE FROM fleet_cluster_nodes WHERE node_id = $1";

const KEEP_ID = "INSERT INTO fleet_cluster_id (id) VALUES ($1) ON CONFLICT DO NOTHING";
const READ_ID = "SELECT id FROM fleet_cluster_id";

const UNDEFINED_TABLE = "42P01";

export interface NodeRow {
  readonly node_id: Buffer;
  readonly record: Buffer;
  readonly age_ms: number;
}

/**
 * Node records in a PostgreSQL table of their own, made on first use and aged by the server's clock. The connections are
 * its own too, so that no slow query of anyone else delays a heartbeat.
 */
export class PostgresNodeRegistry implements NodeRegistry {
  private readonly pool: pg.Pool;

  constructor(url: string) {
    this.pool = openPostgres(url, { purpose: "cluster", max: REGISTRY_CONNECTIONS });
  }

  async publish(nodeId: string, record: string): Promise<void> {
    await this.use(() => this.pool.query(PUBLISH, [Buffer.from(nodeId), Buffer.from(record)]));
  }

  async list(): Promise<readonly RegistryEntry[]> {
    const { rows } = await this.use(() => this.pool.query<NodeRow>(LIST_RECORDS));
    return rows.map(entryOf);
  }

  async remove(nodeId: string): Promise<void> {
    await this.use(() => this.pool.query(REMOVE, [Buffer.from(nodeId)]));
  }

  async id(): Promise<string> {
    return this.use(async () => {
      await this.pool.query(KEEP_ID, [randomUUID()]);
      const { rows } = await this.pool.query<{ id: string }>(READ_ID);
      if (rows[0] === undefined) throw new Error("PostgreSQL did not keep the registry's id");
      return rows[0].id;
    });
  }

  async close(): Promise<void> {
    await closePostgres(this.pool);
  }

  /** The tables are looked for by using them: where they exist the role needs no right to create any. */
  private async use<T>(queries: () => Promise<T>): Promise<T> {
    try {
      return await queries().catch(async (error: unknown) => {
        if (!isUndefinedTable(error)) throw error;
        await this.pool.query(CREATE_TABLES);
        return queries();
      });
    } catch (error) {
      throw new BackendUnavailableError("cluster registry", error);
    }
  }
}

export function entryOf({ node_id, record, age_ms }: NodeRow): RegistryEntry {
  return { nodeId: node_id.toString("utf8"), record: record.toString("utf8"), ageMs: age_ms };
}

function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === UNDEFINED_TABLE;
}
