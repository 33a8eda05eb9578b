import Database from "better-sqlite3";
import path from "node:path";
import { FernetKey } from "../../src/crypto/fernet.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { type FleetNode, launchFleetNode, startFleetNode } from "../support/fleet-node.js";
import { newFernetKey } from "../support/keys.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";
import { SteadyTraffic, restartWithKeys } from "./rolling-nodes.js";

const HEARTBEAT_S = 1;
const TIMEOUT_S = 3;
const [oldKey, newKey] = [newFernetKey(), newFernetKey()];
const idOf = (key: string) => FernetKey.parse(key).id;

/** Nodes over one SQLite database and one registry folder. */
class Cluster {
  private readonly folder = makeTempFolder("cluster");
  private readonly databasePath = path.join(this.folder, "fleet.sqlite3");

  config(node_id: string, keys: readonly string[]) {
    return {
      server: { db_path: this.databasePath, ...(keys.length > 0 ? { db_encryption_key: keys } : {}) },
      sessions: { backend: "file", session_dir: path.join(this.folder, "sessions") },
      history: { detail_interval: 1 },
      cluster: {
        enabled: true,
        backend: "file",
        secret: "a cluster secret for tests",
        state_path: path.join(this.folder, "cluster-state.json"),
        node_id,
        heartbeat_interval: HEARTBEAT_S,
        node_timeout: TIMEOUT_S,
      },
    };
  }

  start(node_id: string, keys: readonly string[]): Promise<FleetNode> {
    return startFleetNode({ config: this.config(node_id, keys) });
  }

  /** A node that is to refuse: how it ends, and what it says. */
  async refused(node_id: string, keys: readonly string[]): Promise<{ code: number | null; output: string }> {
    const node = await launchFleetNode({ config: this.config(node_id, keys) });
    const { code } = await node.exited;
    return { code, output: node.output };
  }

  /** How many documents each key has sealed, by its id; `undefined` counts those that are readable. */
  documents(): Map<string | undefined, number> {
    const cipher = new DocumentCipher([newKey, oldKey]);
    const db = new Database(this.databasePath, { readonly: true });
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
}

const comesIntoUse = async (nodes: readonly FleetNode[]) => {
  for (const node of nodes) await node.process.waitForLine(new RegExp(`sealed with the database key ${idOf(newKey)}`));
};

describe("a new database key", () => {
  const newFirst = [newKey, oldKey];
  const oldFirst = [oldKey, newKey];

  it.each([
    ["a new first key", [oldKey], [newFirst, newFirst, newFirst], "is in use and missing from the list"],
    ["a new key, listed second on one node", [oldKey], [newFirst, oldFirst, newFirst], "missing from the list"],
    ["the very first key", [], [[newKey], [newKey], [newKey]], "the database is encrypted and no key is set"],
  ] as const)(
    "rolls out in one pass, as %s, with every row readable on every node",
    async (_, before, after, refusal) => {
      const cluster = new Cluster();
      const nodes = await Promise.all(["one", "two", "three"].map((nodeId) => cluster.start(nodeId, before)));
      const traffic = new SteadyTraffic();
      for (const node of nodes) await traffic.add(node);
      const sealedWithNew = () => cluster.documents().get(idOf(newKey)) ?? 0;
      await waitFor(() => cluster.documents().size > 0, { what: "the first documents" });

      for (const [index, node] of nodes.entries()) {
        // Longer than a node watches the others before it brings a key into use; the first has nothing to bring.
        const since = index === 0 ? -Infinity : performance.now();
        const enough = () => performance.now() - since > (TIMEOUT_S + 2 * HEARTBEAT_S) * 1000;
        await waitFor(enough, { what: "more than a node time-out to pass" });
        expect(sealedWithNew()).toBe(0);
        await restartWithKeys(node, after[index] ?? [], traffic);
        expect(index === 2 || sealedWithNew() === 0).toBe(true);
      }

      await comesIntoUse(nodes.filter((_node, index) => after[index]?.[0] === newKey));
      const atTheSwitch = sealedWithNew();
      await waitFor(() => sealedWithNew() > atTheSwitch + 5, { what: "rows under the new key", timeoutMs: 30_000 });
      const { answered } = traffic;
      await waitFor(() => traffic.answered > answered + 60, { what: "more of the traffic", timeoutMs: 60_000 });
      expect(cluster.documents().size).toBe(2);

      const late = await cluster.refused("late", before);
      expect(late.code).toBe(78);
      expect(late.output).toContain(refusal);
      expect(late.output).not.toContain("Fleet server started");
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      await Promise.all(nodes.map((node) => node.stop()));
    },
    300_000,
  );

  it("stops a node that was frozen while the key came into use, when it wakes without it", async () => {
    const cluster = new Cluster();
    const [frozen, other] = await Promise.all([cluster.start("frozen", [oldKey]), cluster.start("other", [oldKey])]);
    const traffic = new SteadyTraffic();
    await traffic.add(other);
    await waitFor(() => cluster.documents().size > 0, { what: "the first documents" });
    frozen.freeze();
    try {
      await other.process.waitForLine(/node\.inactive: \\"frozen/);
      await restartWithKeys(other, newFirst, traffic);
      await comesIntoUse([other]);
      await waitFor(() => (cluster.documents().get(idOf(newKey)) ?? 0) > 0, { what: "rows under the new key" });
    } finally {
      frozen.resume();
    }
    expect(await frozen.process.exited).toEqual({ code: 78, signal: null });
    expect(frozen.output).toContain(`the database key ${idOf(newKey)} is in use and missing from the list`);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await other.stop();
  }, 120_000);
});
