import { testMachineConflicts } from "./fleet-history-conflicts.contract.js";
import { testRollUps } from "./fleet-history-roll-ups.contract.js";
import { testUpkeep } from "./fleet-history-upkeep.contract.js";
import { type HistoryDatabase, OpenHistory } from "./open-history.js";

/** What every HistoryStore promises. */
export function testFleetHistory(options: { name: string; createDatabase: () => Promise<HistoryDatabase> }): void {
  describe(`HistoryStore on ${options.name}`, () => {
    const history = new OpenHistory();

    beforeEach(async () => {
      await history.use(await options.createDatabase());
    });

    afterEach(() => history.close());

    testRollUps(history);
    testUpkeep(history);
    testMachineConflicts(history);
  });
}
