import { once } from "node:events";
import { type Server, createServer } from "node:net";
import type { FleetConfig } from "../../config/config-schema.js";
import { explainFailure } from "../../common/explain-failure.js";
import type { RegistryEntry } from "../../cluster/registry/node-registry.js";
import type { PostgresReader } from "../../doctor/postgres/postgres-reader.js";
import { registryReader } from "../../doctor/places/registry-readers.js";
import { CommandError } from "../command-error.js";

/**
 * Keeps the port of this configuration's node, so that none starts meanwhile on this machine; undefined where it cannot be
 * had here at all. Throws CommandError where a program listens there.
 */
export async function holdPort({ server: { host, port } }: FleetConfig): Promise<Server | undefined> {
  const held = createServer((connection) => connection.destroy());
  try {
    held.listen(port, host);
    await once(held, "listening");
    return held;
  } catch (error) {
    // An address of another machine, or a port that only the node's user may have.
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return undefined;
    throw new CommandError({
      what: `A program listens on ${host}:${port}, where this configuration's node would`,
      fix: "stop the nodes that use this database first; nothing was changed",
    });
  }
}

/** The registry's records; none on a node that runs alone. Throws CommandError where nobody can know them. */
export async function registryRecords({ cluster }: FleetConfig): Promise<readonly RegistryEntry[]> {
  if (!cluster.enabled) return [];
  const reader = registryReader(cluster);
  try {
    return await reader.records();
  } catch (error) {
    throw new CommandError(
      {
        what: `The registry (${cluster.backend}), which tells whether nodes run, cannot be read: ${explainFailure(error)}`,
        fix: "bring it back first; nothing was changed",
      },
      { cause: error },
    );
  } finally {
    await reader.close();
  }
}

/** Throws CommandError where a node was heard of lately that did not say farewell. Whoever signed its record: better safe. */
export function assertSilent(records: readonly RegistryEntry[], { cluster }: FleetConfig): void {
  const live = records.filter(
    ({ record, ageMs }) => ageMs < cluster.node_timeout * 1000 && stateOf(record) !== "stopped",
  );
  if (live.length === 0) return;
  const seen = live.map(({ nodeId, ageMs }) => `${nodeId} (heard of ${Math.round(ageMs / 1000)} s ago)`);
  throw new CommandError({
    what: `Nodes run: ${seen.join(", ")}`,
    fix: `stop them; one that was killed counts until ${cluster.node_timeout} s have passed. Nothing was changed`,
  });
}

/** As the record says, believed or not. */
function stateOf(record: string): unknown {
  try {
    const { payload } = JSON.parse(record) as { payload: string };
    return (JSON.parse(payload) as { state?: unknown }).state;
  } catch {
    return undefined;
  }
}

/** Throws CommandError where nodes are connected to the PostgreSQL database. */
export async function assertUnconnected(reader: PostgresReader): Promise<void> {
  const rows = await reader.ask<{ name: string; host: string | null }>(
    `SELECT DISTINCT application_name AS name, host(client_addr) AS host FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND application_name ~ '^fleet-server-(database|reports|reads|upkeep)$'`,
  );
  if (rows.length === 0) return;
  const hosts = [...new Set(rows.map(({ host }) => host ?? "this machine"))];
  throw new CommandError({
    what: `Nodes are connected to the database, from ${hosts.join(", ")}`,
    fix: "stop them first; nothing was changed",
  });
}
