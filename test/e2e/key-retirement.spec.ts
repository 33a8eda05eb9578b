import Database from "better-sqlite3";
import path from "node:path";
import { FernetKey } from "../../src/crypto/fernet.js";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import type { FleetNode } from "../support/fleet-node.js";
import { projectRoot } from "../support/project-root.js";
import { waitFor } from "../support/wait-for.js";
import { freezeBetweenWrites } from "./freeze-between-writes.js";
import { RollingCluster, newKey, newKeyComesIntoUse, newKeyId, oldKey, restartWithKeys } from "./rolling-cluster.js";
import { SteadyTraffic } from "./steady-traffic.js";

const oldKeyId = FernetKey.parse(oldKey).id;

function rotate(node: FleetNode, ...options: string[]): RunningProcess {
  const command = ["keys", "rotate", "--config", node.configFile, ...options];
  return startProcess(process.execPath, [path.join(projectRoot, "dist/main.js"), ...command]);
}

async function outcomeOf(rotation: RunningProcess): Promise<{ code: number | null; output: string }> {
  const { code } = await rotation.exited;
  return { code, output: rotation.output };
}

/** Two nodes under one key, and what the database holds about it. */
async function startCluster() {
  const cluster = new RollingCluster();
  const [one, two] = await Promise.all([cluster.start("one", [oldKey]), cluster.start("two", [oldKey])]);
  const inUse = () => {
    const db = new Database(cluster.databasePath, { readonly: true });
    const names = db.prepare<[], string>("SELECT name FROM settings WHERE name LIKE 'sealing_key:%'").pluck().all();
    db.close();
    return names.map((name) => name.replace("sealing_key:", "")).sort();
  };
  const traffic = new SteadyTraffic();
  await traffic.add(one);
  await waitFor(() => cluster.documents().size > 0, { what: "the first documents" });
  return { cluster, one, two, inUse, traffic };
}

/** Everything that is stored is read by a node that has never seen the old key. */
async function readsAllWithoutOldKey(node: FleetNode, traffic: SteadyTraffic): Promise<void> {
  await restartWithKeys(node, [newKey], traffic);
  const { answered } = traffic;
  await waitFor(() => traffic.answered > answered + 20, { what: "reports and readings without the old key" });
}

describe("an old database key", () => {
  const bothInUse = [newKeyId, oldKeyId].sort();

  it("stays in use while a node is frozen that sealed with it, until that wakes and seals with the new one", async () => {
    const { cluster, one, two, inUse, traffic } = await startCluster();
    await restartWithKeys(two, [newKey, oldKey], traffic);
    await traffic.takeOut(two);
    await freezeBetweenWrites(two, cluster.databasePath);
    try {
      await one.process.waitForLine(/node\.inactive: \\"two/);
      await restartWithKeys(one, [newKey, oldKey], traffic);
      await newKeyComesIntoUse([one]);
      const early = await outcomeOf(rotate(one, "--wait", "1"));
      expect(early).toEqual({ code: 1, output: expect.stringContaining(`two (seals with ${oldKeyId}`) as string });
      expect(inUse()).toEqual(bothInUse);
    } finally {
      two.resume();
    }
    await newKeyComesIntoUse([two]);
    const whole = await outcomeOf(rotate(one));
    expect(whole).toEqual({ code: 0, output: expect.stringContaining(`Take ${oldKeyId} out of`) as string });
    expect(inUse()).toEqual([newKeyId]);
    expect([...cluster.documents().keys()]).toEqual([newKeyId]);

    await readsAllWithoutOldKey(one, traffic);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await Promise.all([one.stop(), two.stop()]);
  });

  it("stays in use while a node lists it first, however little that writes, or is said to be gone", async () => {
    const { cluster, one, two, inUse, traffic } = await startCluster();
    await restartWithKeys(two, [oldKey, newKey], traffic);
    await restartWithKeys(one, [newKey, oldKey], traffic);
    await newKeyComesIntoUse([one]);
    await traffic.takeOut(two);
    const early = await outcomeOf(rotate(one, "--wait", "1"));
    expect(early).toEqual({ code: 1, output: expect.stringContaining(`two (seals with ${oldKeyId}`) as string });
    expect(inUse()).toEqual(bothInUse);

    await two.kill();
    // One that was there for the change is given time to store what it had sealed before; one that starts has nothing.
    await restartWithKeys(one, [newKey, oldKey], traffic);
    const whole = await outcomeOf(rotate(one, "--gone", "two"));
    expect(whole).toEqual({ code: 0, output: expect.stringContaining(`Take ${oldKeyId} out of`) as string });
    expect(inUse()).toEqual([newKeyId]);
    expect([...cluster.documents().keys()]).toEqual([newKeyId]);

    await readsAllWithoutOldKey(one, traffic);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await one.stop();
  });
});
