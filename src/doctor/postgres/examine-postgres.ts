import { LIVE_CONNECTIONS } from "../../events/live/postgres-live-bus.js";
import { REGISTRY_CONNECTIONS } from "../../cluster/registry/postgres-node-registry.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { postgresMigrations } from "../../database/migrations/postgres-migrations.js";
import { DATABASE_CONNECTIONS } from "../../database/open-postgres-database.js";
import { FLEET_CONNECTIONS } from "../../fleet/store/postgres/postgres-fleet-store.js";
import { SESSION_CONNECTIONS } from "../../sessions/store/postgres-session-table.js";
import { clockCheck } from "../clock-check.js";
import type { DatabaseExamination } from "../examined-database.js";
import { keysCheck } from "../keys-check.js";
import { schemaCheck } from "../schema-check.js";
import { CONNECTION, connectionCheck } from "./connection-check.js";
import { connectionsCheck } from "./connections-check.js";
import { durabilityCheck } from "./durability-check.js";
import { partitionsCheck } from "./partitions-check.js";
import { PostgresReader } from "./postgres-reader.js";
import { rightsCheck } from "./rights-check.js";
import { encodingFact, serverCheck, versionFact, writesFact } from "./server-check.js";
import { tlsCheck } from "./tls-check.js";

/** The fleet's database, where it is PostgreSQL. */
export function examinePostgres(config: FleetConfig): DatabaseExamination {
  const { db_url: url, db_encryption_key: keys } = config.server;
  if (url === undefined) throw new Error("the configuration was not validated: server.db_url is missing");
  const reader = new PostgresReader(url);
  return {
    database: reader,
    checks: [
      connectionCheck(reader),
      tlsCheck(url, reader.place.address),
      serverCheck(reader, versionFact),
      serverCheck(reader, encodingFact),
      serverCheck(reader, writesFact),
      rightsCheck(reader),
      schemaCheck(reader, postgresMigrations, [CONNECTION]),
      keysCheck(reader, new DocumentCipher(keys), [CONNECTION]),
      partitionsCheck(reader),
      durabilityCheck(reader),
      connectionsCheck(reader, connectionsOf(config)),
      clockCheck("database.clock", "PostgreSQL", [CONNECTION], () => reader.nowMs()),
    ],
    close: () => reader.close(),
  };
}

/** What a node with this configuration opens at most on the server of its fleet database. */
function connectionsOf({ server, cluster, sessions }: FleetConfig): number {
  const isSame = (url: string | undefined) => url === server.db_url;
  return (
    FLEET_CONNECTIONS +
    DATABASE_CONNECTIONS +
    (cluster.enabled && cluster.backend === "postgres" && isSame(cluster.db_url)
      ? REGISTRY_CONNECTIONS + LIVE_CONNECTIONS
      : 0) +
    (sessions.backend === "postgres" && isSame(sessions.db_url) ? SESSION_CONNECTIONS : 0)
  );
}
