import type { FleetConfig } from "../../../src/config/config-schema.js";
import { KeyedHash } from "../../../src/crypto/keyed-hash.js";
import type { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { SharedPlaces } from "../../../src/lifecycle/shared-places.js";
import type { NodeRegistry } from "../../../src/cluster/registry/node-registry.js";
import { OwnFingerprints } from "../../../src/cluster/settings/own-fingerprints.js";

/** The fingerprints of a node without a database. */
export function fingerprintsOf(
  { server, machines, alerts, history, cluster, sessions }: FleetConfig,
  registry: NodeRegistry,
  databaseId = "the database of the tests",
  shared = new SharedPlaces(),
): OwnFingerprints {
  const hash = new KeyedHash(Buffer.alloc(32, 5));
  const secrets = { databaseId } as unknown as DatabaseSecrets;
  return new OwnFingerprints(server, machines, alerts, history, cluster, sessions, hash, secrets, registry, shared);
}
