import { waitFor } from "../support/wait-for.js";
import { RollingCluster, WATCHED_MS, newKey, newKeyComesIntoUse, restartWithKeys } from "./rolling-cluster.js";
import { SteadyTraffic } from "./steady-traffic.js";

type Keys = readonly string[];

/**
 * Restarts the nodes of a cluster one after the other, from the keys `before` to each its own of `after`, under traffic:
 * nothing fails, the new key seals only once all list it, and a node that comes late without it says `refusal`.
 */
export async function rollOut(before: Keys, after: readonly Keys[], refusal: string): Promise<void> {
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

  await newKeyComesIntoUse(nodes.filter((_node, index) => after[index]?.[0] === newKey));
  const late = cluster.refused("late", before);
  const atTheSwitch = cluster.sealedWithNew();
  const grows = () => cluster.sealedWithNew() > atTheSwitch + 5;
  await waitFor(grows, { what: "rows under the new key" });
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
}
