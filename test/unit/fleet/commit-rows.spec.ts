import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { commitRows } from "../../../src/fleet/import/commit-rows.js";
import type { AcceptedReport, FleetStore } from "../../../src/fleet/store/fleet-store.js";

const report = (machineId: string) => ({ machineId }) as AcceptedReport;

/** A store that answers each commit as `answer` does, and the machines that it took. */
function storeThat(answer: (reports: readonly AcceptedReport[]) => void) {
  const taken: string[] = [];
  const commit = (reports: readonly AcceptedReport[]) => {
    answer(reports);
    taken.push(...reports.map(({ machineId }) => machineId));
    return Promise.resolve();
  };
  return { store: { commit } as unknown as FleetStore, taken };
}

describe("rows of an imported file", () => {
  it("are committed without the one that the database refuses, all its reports together", async () => {
    const { store, taken } = storeThat((reports) => {
      if (reports.some(({ machineId }) => machineId === "bad")) throw new Error("refused");
    });
    const refused = await commitRows(store, [[report("a"), report("a")], [report("b"), report("bad")], [report("c")]]);
    expect([refused, taken]).toEqual([1, ["a", "a", "c"]]);
  });

  it("wait for a database that is away for a moment", async () => {
    let tries = 0;
    const { store, taken } = storeThat(() => {
      if (++tries === 1) throw new BackendUnavailableError("database");
    });
    expect([await commitRows(store, [[report("a")]]), taken]).toEqual([0, ["a"]]);
  });
});
