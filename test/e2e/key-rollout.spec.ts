import type { FleetNode } from "../support/fleet-node.js";
import { waitFor } from "../support/wait-for.js";
import { RollingCluster, WATCHED_MS, newKey, newKeyComesIntoUse, oldKey, restartWithKeys } from "./rolling-cluster.js";
import { SteadyTraffic } from "./steady-traffic.js";

const newFirst = [newKey, oldKey];
const oldFirst = [oldKey, newKey];

describe("a new database key", () => {
  it.each([
    ["a new first key", [oldKey], [newFirst, newFirst, newFirst], "is in use and missing from the list"],
    ["a new key, listed second on one node", [oldKey], [newFirst, oldFirst], "missing from the list"],
    ["the very first key", [], [[newKey], [newKey]], "the database is encrypted and no key is set"],
  ] as const)(
    "rolls out in one pass, as %s, with every row readable on every node",
    async (_, before, after, refusal) => {
      const cluster = new RollingCluster();
      const nodes = await Promise.all(after.map((_keys, index) => cluster.start(`node-${index}`, before)));
      const traffic = new SteadyTraffic();
      for (const node of nodes) await traffic.add(node);
      await waitFor(() => cluster.documents().size > 0, { what: "the first documents" });

      for (const [index, node] of nodes.entries()) {
        // The first has nothing to bring into use.
        const since = index === 0 ? -Infinity : performance.now();
        const enough = () => performance.now() - since > WATCHED_MS;
        await waitFor(enough, { what: "more than a node time-out to pass" });
        expect(cluster.sealedWithNew()).toBe(0);
        await restartWithKeys(node, after[index] ?? [], traffic);
        expect(index === nodes.length - 1 || cluster.sealedWithNew() === 0).toBe(true);
      }

      await newKeyComesIntoUse(nodes.filter((_node: FleetNode, index) => after[index]?.[0] === newKey));
      const late = cluster.refused("late", before);
      const atTheSwitch = cluster.sealedWithNew();
      const grows = () => cluster.sealedWithNew() > atTheSwitch + 5;
      await waitFor(grows, { what: "rows under the new key", timeoutMs: 30_000 });
      const { answered } = traffic;
      await waitFor(() => traffic.answered > answered + 60, { what: "more of the traffic", timeoutMs: 60_000 });
      expect(cluster.documents().size).toBe(2);

      const { code, output } = await late;
      expect(code).toBe(78);
      expect(output).toContain(refusal);
      expect(output).not.toContain("Fleet server started");
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      await Promise.all(nodes.map((node) => node.stop()));
    },
    300_000,
  );
});
