import { Logger } from "@nestjs/common";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { ReportMetrics } from "../../../src/fleet/ingest/report-metrics.js";
import { ReportWriter } from "../../../src/fleet/ingest/report-writer.js";
import type { LiveChanges } from "../../../src/events/live/live-changes.js";
import { Metrics } from "../../../src/monitoring/metrics.js";
import { NodeFacts } from "../../../src/lifecycle/node-facts.js";
import type { AcceptedReport, FleetStore } from "../../../src/fleet/store/fleet-store.js";
import { report } from "../../support/accepted-report.js";

const waits = () => false;
const many = (count: number, name = "m") => Array.from({ length: count }, (_, index) => report(`${name}-${index}`, 5));

/** A writer whose commits are noted, as machine ids, and end as `commit` says. */
function writing(commit: (batch: readonly AcceptedReport[]) => Promise<void> = () => Promise.resolve()) {
  const commits: string[][] = [];
  const store: Pick<FleetStore, "commit"> = {
    commit: (batch) => {
      commits.push(batch.map(({ machineId }) => machineId));
      return commit(batch);
    },
  };
  const changes: Pick<LiveChanges, "machinesChanged"> = { machinesChanged: () => undefined };
  const metrics = new ReportMetrics(new Metrics({ enabled: false }));
  return { writer: new ReportWriter(store as FleetStore, changes as LiveChanges, new NodeFacts(), metrics), commits };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe("single reports", () => {
  it.each([
    { what: "small ones 250 at a time", sizes: Array<number>(600).fill(100), batches: [1, 250, 250, 99] },
    { what: "large ones some at a time", sizes: Array<number>(10).fill(900_000), batches: [1, 4, 4, 1] },
    { what: "one that is larger than a batch alone", sizes: [1, 1, 5_000_000, 1, 1], batches: [1, 1, 1, 2] },
  ])("commits $what", async ({ sizes, batches }) => {
    const { writer, commits } = writing();
    const reports = sizes.map((size, index) => report(`m-${index}`, 5, { info: null, metrics: "x".repeat(size) }));
    await Promise.all(reports.map((each) => writer.write([each], waits)));
    expect(commits.map((batch) => batch.length)).toEqual(batches);
  });
});

describe("the reports of one request", () => {
  it("are committed together, with those of others that fit", async () => {
    const { writer, commits } = writing();
    await Promise.all([500, 100, 100, 100, 1, 500].map((count) => writer.write(many(count), waits)));
    expect(commits.map((batch) => batch.length)).toEqual([500, 200, 101, 500]);
  });

  it("count one by one where too many wait", async () => {
    const { writer } = writing();
    const accepted = [500, 500, 500, 500, 499].map((count) => writer.write(many(count), waits));
    // The first request is being committed, so that 1,999 wait.
    await expect(writer.write(many(2), waits)).rejects.toMatchObject({ status: 503, code: "OVERLOADED" });
    accepted.push(writer.write(many(1), waits));
    await expect(writer.write(many(1), waits)).rejects.toMatchObject({ status: 503, code: "OVERLOADED" });
    await Promise.all(accepted);
    expect((await writer.write(many(500), waits)).size).toBe(0);
  });

  it("need no commit where there are none", async () => {
    const { writer, commits } = writing();
    expect((await writer.write([], waits)).size).toBe(0);
    expect(commits).toEqual([]);
  });

  it("are dropped when their client has gone before their commit begins", async () => {
    const { writer, commits } = writing();
    const first = writer.write(many(1, "first"), waits);
    const gone = writer.write(many(3, "gone"), () => true);
    await expect(gone).rejects.toMatchObject({ status: 503 });
    await first;
    expect(commits).toEqual([["first-0"]]);
  });
});

describe("reports that the database refuses", () => {
  const poison = new Set(["m-3", "m-4", "m-99"]);
  const refusing = (batch: readonly AcceptedReport[]) =>
    batch.some(({ machineId }) => poison.has(machineId))
      ? Promise.reject(new Error("no such thing"))
      : Promise.resolve();

  it("fail alone: all others of their batch are committed, with few more commits", async () => {
    const stored = new Set<string>();
    const { writer, commits } = writing(async (batch) => {
      await refusing(batch);
      for (const { machineId } of batch) stored.add(machineId);
    });
    const alone = writer.write(many(1, "before"), waits);
    const reports = many(200);
    const [failures, others] = await Promise.all([writer.write(reports, waits), writer.write(many(20, "o"), waits)]);
    await alone;
    expect(reports.filter((each) => failures.has(each)).map(({ machineId }) => machineId)).toEqual([...poison]);
    expect(others.size).toBe(failures.size);
    expect(stored.size).toBe(1 + 220 - poison.size);
    expect(commits.length).toBeLessThan(45);
  });

  it("fail with the reason, also when they come alone", async () => {
    const { writer, commits } = writing(refusing);
    const [bad] = [report("m-3", 5)];
    expect((await writer.write([bad], waits)).get(bad)).toMatchObject({ message: "no such thing" });
    expect(commits).toHaveLength(1);
  });

  it("leave the rest unanswered when the database goes away meanwhile", async () => {
    let commits = 0;
    const { writer } = writing(() =>
      Promise.reject(commits++ < 2 ? new Error("no") : new BackendUnavailableError("database")),
    );
    await expect(writer.write(many(8), waits)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  });
});

it("turns away everything that waits when the database is away, and goes on when it is back", async () => {
  let away = true;
  const { writer, commits } = writing(() =>
    away ? Promise.reject(new BackendUnavailableError("database")) : Promise.resolve(),
  );
  const answers = await Promise.allSettled([1, 300, 1].map((count) => writer.write(many(count), waits)));
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(commits).toHaveLength(1);
  away = false;
  expect((await writer.write(many(500), waits)).size).toBe(0);
});
