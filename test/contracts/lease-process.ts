import path from "node:path";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { projectRoot } from "../support/project-root.js";
import type { FleetDatabase } from "./fleet-databases.js";

/** Opens the database as a node does and has the leases at hand. */
const prelude = `
  const built = (file) => import(process.env.BUILT + "/database/" + file + ".js");
  const { DataSource, EntitySchema } = await import("typeorm");
  const { setTimeout: sleep } = await import("node:timers/promises");
  const [{ Leases }, { LeaseRow }, { Transactions }] =
    await Promise.all(["leases/leases", "leases/lease.entity", "transactions"].map(built));
  const Written = new EntitySchema({ name: "Written", tableName: "written",
    columns: { line: { type: "text", primary: true } } });
  const dataSource = new DataSource({ ...JSON.parse(process.env.DATABASE), entities: [LeaseRow, Written] });
  await dataSource.initialize();
  const transactions = new Transactions(dataSource);
  const leases = new Leases(dataSource.getRepository(LeaseRow), transactions, process.env.HOLDER,
    Number(process.env.LEASE_MS));
  const close = async () => { await transactions.onApplicationShutdown(); await dataSource.destroy(); };
  const acquired = async () => {
    for (;;) {
      const lease = await leases.acquire("job");
      if (lease) return lease;
      await sleep(2 + Math.random() * 4);
    }
  };
  const told = (signal) => new Promise((resolve) => process.once(signal, resolve));`;

/** Takes the lease again and again. Two that hold it at once would trip over the one line that each puts there. */
export const contend = `
  for (let round = 0; round < Number(process.env.ROUNDS); round++) {
    const lease = await acquired();
    await lease.write((manager) => manager.insert(Written, { line: "inside" }));
    await sleep(1);
    await lease.write((manager) => manager.delete(Written, { line: "inside" }));
    console.log("token " + lease.token);
    await lease.release({ finished: true });
  }
  await close();`;

/** Holds the lease and, when told to, writes under it. */
export const writeWhenTold = `
  const alive = setInterval(() => undefined, 1000);
  const lease = await acquired();
  await lease.write((manager) => manager.insert(Written, { line: "early" }));
  const writing = told("SIGUSR2");
  console.log("holding");
  await writing;
  const outcome = await lease.write((manager) => manager.insert(Written, { line: "late" }))
    .then(() => "stored", (error) => error.code ?? error.message);
  console.log("outcome " + outcome);
  clearInterval(alive);
  await close();`;

/** Begins a write under the lease and ends it only when told to. */
export const stayInsideWrite = `
  const alive = setInterval(() => undefined, 1000);
  const lease = await acquired();
  const going = told("SIGUSR2");
  const outcome = await lease.write(async (manager) => {
    await manager.insert(Written, { line: "late" });
    console.log("inside");
    await going;
    await manager.insert(Written, { line: "later" });
  }).then(() => "stored", (error) => "refused: " + error.message);
  console.log("outcome " + outcome);
  clearInterval(alive);
  await close().catch(() => undefined);`;

export function startLeaseProcess(
  { options }: FleetDatabase,
  program: string,
  settings: { holder: string; leaseMs: number; rounds?: number },
): RunningProcess {
  return startProcess(process.execPath, ["--input-type=module", "-e", prelude + program], {
    cwd: projectRoot,
    name: settings.holder,
    env: {
      ...process.env,
      BUILT: path.join(projectRoot, "dist"),
      DATABASE: JSON.stringify(options),
      HOLDER: settings.holder,
      LEASE_MS: String(settings.leaseMs),
      ROUNDS: String(settings.rounds ?? 0),
    },
  });
}
