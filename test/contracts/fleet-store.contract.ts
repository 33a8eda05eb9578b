import type { FleetStore } from "../../src/fleet/store/fleet-store.js";
import { testFleetCommits } from "./fleet-store-commits.contract.js";
import { testFleetQueries } from "./fleet-store-queries.contract.js";
import { testFleetSharing } from "./fleet-store-sharing.contract.js";
import { OpenFleet } from "./open-fleet.js";

/**
 * What every FleetStore promises. `createDatabase` makes an empty database and gives what opens stores on it, as several
 * nodes do, whose detail interval is 60 s and whose repeat window 15 s.
 */
export function testFleetStore(options: { name: string; createDatabase: () => Promise<() => FleetStore> }): void {
  describe(`FleetStore on ${options.name}`, () => {
    const fleet = new OpenFleet();

    beforeEach(async () => {
      fleet.use(await options.createDatabase());
    });

    afterEach(() => fleet.close());

    testFleetCommits(fleet);
    testFleetQueries(fleet);
    testFleetSharing(fleet);
  });
}
