import { waitFor } from "../support/wait-for.js";
import { freezeBetweenWrites } from "./freeze-between-writes.js";
import { RollingCluster, newKey, newKeyComesIntoUse, newKeyId, oldKey, restartWithKeys } from "./rolling-cluster.js";
import { SteadyTraffic } from "./steady-traffic.js";

describe("a new database key", () => {
  it("stops a node that was frozen while the key came into use, when it wakes without it", async () => {
    const cluster = new RollingCluster();
    const [frozen, other] = await Promise.all([cluster.start("frozen", [oldKey]), cluster.start("other", [oldKey])]);
    const traffic = new SteadyTraffic();
    await traffic.add(other);
    await waitFor(() => cluster.documents().size > 0, { what: "the first documents" });
    await freezeBetweenWrites(frozen, cluster.databasePath);
    try {
      await other.process.waitForLine(/node\.inactive: \\"frozen/);
      await restartWithKeys(other, [newKey, oldKey], traffic);
      await newKeyComesIntoUse([other]);
      await waitFor(() => cluster.sealedWithNew() > 0, { what: "rows under the new key" });
    } finally {
      frozen.resume();
    }
    expect(await frozen.process.exited).toEqual({ code: 78, signal: null });
    expect(frozen.output).toContain(`the database key ${newKeyId} is in use and missing from the list`);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await other.stop();
  });
});
