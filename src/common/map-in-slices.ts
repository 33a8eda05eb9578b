import { setImmediate as otherWork } from "node:timers/promises";

/** How long the event loop is kept from other work, probes above all. */
const SLICE_MS = 2;

/** Maps many items by a function that costs CPU time, and lets others have the event loop every 2 ms. Keeps the order. */
export async function mapInSlices<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const item of items) {
    if (performance.now() >= sliceEnd) {
      await otherWork();
      sliceEnd = performance.now() + SLICE_MS;
    }
    results.push(map(item));
  }
  return results;
}
