import { Logger } from "@nestjs/common";
import { join } from "node:path";
import { setImmediate as otherWork } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { LeaseRow } from "../../../src/database/leases/lease.entity.js";
import { Leases } from "../../../src/database/leases/leases.js";
import type { JobDescription, JobRun } from "../../../src/database/leases/periodic-job.js";
import { PeriodicJobs } from "../../../src/database/leases/periodic-jobs.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Transactions } from "../../../src/database/transactions.js";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { waitFor } from "../../support/wait-for.js";
import { LogLines } from "../cluster/log-lines.js";

interface TestNode {
  readonly lifecycle: NodeLifecycle;
  readonly jobs: PeriodicJobs;
  readonly leases: Leases;
  readonly dataSource: DataSource;
  close(): Promise<void>;
}

describe("PeriodicJobs", () => {
  let path: string;
  let log: LogLines;
  const nodes: TestNode[] = [];

  const startNode = async (holder: string): Promise<TestNode> => {
    const dataSource = await openSqliteDatabase(path, [LeaseRow], new DocumentCipher([]), new Logger("Test"));
    const transactions = new Transactions(dataSource);
    const leases = new Leases(dataSource.getRepository(LeaseRow), transactions, holder);
    const lifecycle = new NodeLifecycle();
    lifecycle.serve();
    const jobs = new PeriodicJobs(leases, lifecycle);
    const close = async () => {
      await jobs.beforeApplicationShutdown();
      await transactions.onApplicationShutdown();
      await dataSource.destroy();
    };
    const node = { lifecycle, jobs, leases, dataSource, close };
    nodes.push(node);
    return node;
  };
  const job = (run: (run: JobRun) => Promise<void>, intervalMs = 20): JobDescription => ({
    name: "job",
    intervalMs,
    run,
  });
  const leaseOf = ({ dataSource }: TestNode) => dataSource.getRepository(LeaseRow).findOneBy({ name: "job" });

  beforeEach(() => {
    path = join(makeTempFolder("jobs"), "fleet.sqlite3");
    log = new LogLines();
  });

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });

  it("run again and again, on one node at a time", async () => {
    let inside = 0;
    let most = 0;
    const runsOf = { one: 0, other: 0 };
    for (const name of ["one", "other"] as const) {
      const run = async ({ goOn }: JobRun) => {
        most = Math.max(most, ++inside);
        await goOn();
        inside--;
        runsOf[name]++;
      };
      (await startNode(name)).jobs.start(job(run));
    }
    await waitFor(() => runsOf.one + runsOf.other >= 8, { what: "eight runs" });
    expect(most).toBe(1);
    expect(log.lines).toEqual([]);
  });

  it("count another node's run as their own", async () => {
    const [one, other] = [await startNode("one"), await startNode("other")];
    const runs: string[] = [];
    const runOf = (name: string) => job(() => Promise.resolve(void runs.push(name)), 400);
    one.jobs.start(runOf("one"));
    other.jobs.start(runOf("other"));
    const startedAt = performance.now();
    await waitFor(() => runs.length >= 4, { what: "four runs" });
    // At the first look each runs for itself; from then on they keep the interval together.
    expect(performance.now() - startedAt).toBeGreaterThan(750);
  });

  it("run at once when they are woken, also while they run", async () => {
    const { jobs } = await startNode("one");
    let runs = 0;
    const run = () => {
      if (++runs === 2) jobs.wake("job");
      return Promise.resolve();
    };
    jobs.wake("job");
    // The first look comes within the interval, and the second would after it.
    jobs.start(job(run, 10_000));
    await waitFor(() => runs === 1, { what: "the first run" });
    const startedAt = performance.now();
    jobs.wake("another job");
    jobs.wake("job");
    await waitFor(() => runs === 3, { what: "the runs that were asked for" });
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  });

  it("log a failure once, try again, and say when it is over", async () => {
    const { jobs } = await startNode("one");
    let tries = 0;
    jobs.start(job(() => (++tries < 4 ? Promise.reject(new Error("no luck")) : Promise.resolve())));
    await waitFor(() => tries >= 5, { what: "five tries" });
    expect(log.lines).toEqual([
      "WARN [Jobs] The job job failed and is tried again: no luck",
      "INFO [Jobs] The job job succeeds again",
    ]);
  });

  it("are broken off by a drain, and taken up at once by another node", async () => {
    const [one, other] = [await startNode("one"), await startNode("other")];
    let begun = false;
    let brokenOff = false;
    one.jobs.start(
      job(async ({ goOn }) => {
        begun = true;
        while (await goOn());
        brokenOff = true;
      }),
    );
    await waitFor(() => begun, { what: "the job to begin" });
    let taken = 0;
    other.jobs.start(
      job(() => {
        taken++;
        return Promise.resolve();
      }),
    );
    one.lifecycle.drain();
    await waitFor(() => taken > 0, { what: "the other node to take the job up" });
    expect(brokenOff).toBe(true);
    await one.jobs.beforeApplicationShutdown();
    expect(log.lines).toEqual([]);
  });

  it("leave the lease free between runs, and start nothing once they are stopped", async () => {
    const node = await startNode("one");
    let runs = 0;
    const count = () => {
      runs++;
      return Promise.resolve();
    };
    node.jobs.start(job(count, 1_000));
    await waitFor(async () => (await leaseOf(node))?.finished, { what: "a run to end" });
    expect(await leaseOf(node)).toMatchObject({ holder: null, token: 1, finished: true });
    await node.jobs.beforeApplicationShutdown();
    node.jobs.start(job(count, 0));
    await otherWork();
    expect(runs).toBe(1);
  });
});
