import Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { FernetKey } from "../../src/crypto/fernet.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { type FleetNode, launchFleetNode } from "../support/fleet-node.js";
import { newFernetKey } from "../support/keys.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";
import type { SteadyTraffic } from "./steady-traffic.js";

const HEARTBEAT_S = 0.5;
const TIMEOUT_S = 2.5;

/** Longer than a node watches the others before it brings a key into use. */
export const WATCHED_MS = (TIMEOUT_S + 2 * HEARTBEAT_S) * 1000;
export const [oldKey, newKey] = [newFernetKey(), newFernetKey()];
export const newKeyId = FernetKey.parse(newKey).id;

const settingOf = (keys: readonly string[]) => (keys.length > 0 ? { db_encryption_key: keys } : {});

/** Nodes over one SQLite database, whose database keys change from `oldKey` to `newKey`. */
export class RollingCluster {
  private readonly nodes = new NodesOnOneDatabase({
    history: { detail_interval: 1 },
    cluster: { secret: "a cluster secret for tests", heartbeat_interval: HEARTBEAT_S, node_timeout: TIMEOUT_S },
  });

  get databasePath(): string {
    return this.nodes.databasePath;
  }

  start(nodeId: string, keys: readonly string[]): Promise<FleetNode> {
    return this.nodes.start(nodeId, settingOf(keys));
  }

  /** A node that is to refuse: how it ends, and what it says. */
  async refused(nodeId: string, keys: readonly string[]): Promise<{ code: number | null; output: string }> {
    const node = await launchFleetNode({ config: this.nodes.config(nodeId, settingOf(keys)) });
    const { code } = await node.exited;
    return { code, output: node.output };
  }

  /** How many documents each key has sealed, by its id; `undefined` counts those that are readable. */
  documents(): Map<string | undefined, number> {
    const cipher = new DocumentCipher([newKey, oldKey]);
    const db = new Database(this.nodes.databasePath, { readonly: true });
    const stored = db
      .prepare<[], string>(
        `SELECT info FROM machine_documents WHERE info IS NOT NULL UNION ALL
         SELECT metrics FROM machine_documents WHERE metrics IS NOT NULL UNION ALL SELECT metrics FROM history_details`,
      )
      .pluck()
      .all();
    db.close();
    const counts = new Map<string | undefined, number>();
    for (const document of stored) {
      const sealer = cipher.sealerOf(document);
      counts.set(sealer, (counts.get(sealer) ?? 0) + 1);
    }
    return counts;
  }

  sealedWithNew(): number {
    return this.documents().get(newKeyId) ?? 0;
  }
}

export async function newKeyComesIntoUse(nodes: readonly FleetNode[]): Promise<void> {
  for (const node of nodes) await node.process.waitForLine(new RegExp(`sealed with the database key ${newKeyId}`));
}

/** Restarts the node with other database keys, while `traffic` leaves it alone. */
export async function restartWithKeys(node: FleetNode, keys: readonly string[], traffic: SteadyTraffic): Promise<void> {
  await traffic.takeOut(node);
  await node.stop();
  const config = parse(readFileSync(node.configFile, "utf8")) as { server: Record<string, unknown> };
  config.server.db_encryption_key = keys;
  writeFileSync(node.configFile, stringify(config));
  await node.start();
  await traffic.add(node);
}
