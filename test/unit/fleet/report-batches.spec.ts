import { ReportWriter } from "../../../src/fleet/ingest/report-writer.js";
import type { AcceptedReport, FleetStore } from "../../../src/fleet/store/fleet-store.js";
import { report } from "../../support/accepted-report.js";

async function batchesOf(reports: readonly AcceptedReport[]): Promise<number[]> {
  const batches: number[] = [];
  const store: Pick<FleetStore, "commit"> = {
    commit: (batch) => {
      batches.push(batch.length);
      return Promise.resolve();
    },
  };
  const writer = new ReportWriter(store as FleetStore);
  await Promise.all(reports.map((each) => writer.write(each, () => false)));
  return batches;
}

it.each([
  { what: "small reports 250 at a time", sizes: Array<number>(600).fill(100), batches: [1, 250, 250, 99] },
  { what: "large reports some at a time", sizes: Array<number>(10).fill(900_000), batches: [1, 4, 4, 1] },
  { what: "one that is larger than a batch alone", sizes: [1, 1, 5_000_000, 1, 1], batches: [1, 1, 1, 2] },
])("commits $what", async ({ sizes, batches }) => {
  const reports = sizes.map((size, index) => report(`m-${index}`, 5, { info: null, metrics: "x".repeat(size) }));
  expect(await batchesOf(reports)).toEqual(batches);
});
