import { DataSource } from "typeorm";
import { recordSealOf } from "../../cluster/cluster-keys.provider.js";
import { openRecord } from "../../cluster/node-record.js";
import type { RegistryEntry } from "../../cluster/registry/node-registry.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { Incarnations } from "../../database/incarnations.js";
import { PostgresDataSource } from "../../database/postgres-data-source.js";

type Starts = ReadonlyMap<string, number>;

/**
 * The starts that an older copy of a database knows nothing of, by node id: those that the registry's records tell of, of
 * which only records signed with the copy's own secret are believed, and those that the database in whose place it
 * comes had issued. Numbered below them, nodes would take their own former records for newer processes.
 */
export function laterStarts(
  settings: ReadonlyMap<string, string>,
  { cluster, server }: FleetConfig,
  records: readonly RegistryEntry[],
  replaced: Starts = new Map(),
): Starts {
  const secrets = DatabaseSecrets.of(settings, new DocumentCipher(server.db_encryption_key));
  const later = new Map(replaced);
  if (secrets === undefined) return later;
  const seal = recordSealOf(cluster, secrets);
  for (const { nodeId, record } of records) {
    const incarnation = openRecord(record, nodeId, seal).record?.incarnation ?? 0;
    if (incarnation > (later.get(nodeId) ?? 0)) later.set(nodeId, incarnation);
  }
  return later;
}

/** Sees that the next starts get higher numbers than these; resolves with the node ids that needed it. */
export async function raiseStarts(dataSource: DataSource, later: Starts): Promise<readonly string[]> {
  await dataSource.initialize();
  try {
    const incarnations = new Incarnations(dataSource);
    const raised: string[] = [];
    for (const [nodeId, start] of later) if (await incarnations.raise(nodeId, start)) raised.push(nodeId);
    return raised;
  } finally {
    await dataSource.destroy();
  }
}

export function sqliteSource(path: string): DataSource {
  return new DataSource({ type: "better-sqlite3", database: path, logger: "debug" });
}

export function postgresSource(url: string): DataSource {
  return new PostgresDataSource(url, { purpose: "restore", setting: "server.db_url", max: 1 }, {});
}

/** What to say of them. */
export function startedSince(nodeIds: readonly string[]): string {
  const [has, number] = nodeIds.length === 1 ? ["has", "its number was"] : ["have", "their numbers were"];
  return `${nodeIds.join(", ")} ${has} started since the backup: ${number} raised.`;
}
