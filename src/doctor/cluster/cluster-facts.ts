import { recordSealOf, settingsHashOf } from "../../cluster/cluster-keys.provider.js";
import { type OpenedRecord, openRecord } from "../../cluster/node-record.js";
import { DATABASE, type Fingerprints, REGISTRY, SESSION_STORE } from "../../cluster/settings/compare-settings.js";
import { fingerprintsOf } from "../../cluster/settings/fingerprints-of.js";
import { comparedSettings } from "../../cluster/settings/own-settings.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { NotExaminedError } from "../check.js";
import type { ExaminedDatabase } from "../examined-database.js";
import type { PlaceReader, RegistryReader } from "../places/place-reader.js";

/** A record of the registry, as this configuration's node would read it. */
export interface SeenRecord {
  readonly nodeId: string;
  readonly ageMs: number;
  readonly opened: OpenedRecord;
}

/** What a node of this configuration would know of its cluster. */
export interface ClusterFacts {
  readonly records: readonly SeenRecord[];
  /** Of this configuration. */
  readonly fingerprints: Fingerprints;
  /** The newest start of each node id that the database has numbered. */
  readonly starts: ReadonlyMap<string, number>;
}

interface Places {
  readonly database: ExaminedDatabase;
  readonly registry: RegistryReader;
  readonly sessions: PlaceReader;
}

/** Throws NotExaminedError in a database in which no node has run, and the drivers' errors. */
export async function readCluster(
  { server, machines, alerts, history, cluster, sessions }: FleetConfig,
  places: Places,
): Promise<ClusterFacts> {
  const settings = (await places.database.read<{ name: string; value: string }>("settings", ["name", "value"])) ?? [];
  const stored = new Map(settings.map(({ name, value }) => [name, value]));
  const secrets = DatabaseSecrets.of(stored, new DocumentCipher(server.db_encryption_key));
  if (secrets === undefined) {
    throw new NotExaminedError({
      what: "no node has run on this database yet",
      fix: "start the first, then look again",
    });
  }
  const seal = recordSealOf(cluster, secrets);
  const records = (await places.registry.records()).map(({ nodeId, record, ageMs }) => ({
    nodeId,
    ageMs,
    opened: openRecord(record, nodeId, seal),
  }));
  const values: (readonly [string, string])[] = [
    ...Object.entries(comparedSettings({ server, machines, alerts, history, cluster, sessions })),
    [DATABASE, secrets.databaseId],
  ];
  for (const [name, id] of [
    [REGISTRY, await places.registry.id()],
    // A store that is away has checks of its own.
    [SESSION_STORE, await places.sessions.id().catch(() => undefined)],
  ] as const) {
    if (id !== undefined) values.push([name, id]);
  }
  const starts = await places.database.read<{ node_id: string; incarnation: number }>("node_incarnations", [
    "node_id",
    "incarnation",
  ]);
  return {
    records,
    fingerprints: fingerprintsOf(values, settingsHashOf(cluster, secrets)),
    starts: new Map((starts ?? []).map(({ node_id, incarnation }) => [node_id, incarnation])),
  };
}
