import type { Machine } from "../../api/types.ts";
import { machineName, numberAt } from "../../format/machine-facts.ts";
import type { SortColumn } from "./list-address.ts";

/** By what the server sorts; null where the machine has none, which comes last in either direction. */
const values = {
  name: (machine: Machine) => machineName(machine).toLowerCase(),
  cpu: ({ latest_metrics }: Machine) => numberAt(latest_metrics, "cpu", "percent"),
  memory: ({ latest_metrics }: Machine) => numberAt(latest_metrics, "memory", "percent"),
  disk: ({ latest_metrics }: Machine) => numberAt(latest_metrics, "disk", "percent"),
  last_seen: ({ last_seen }: Machine) => Date.parse(last_seen),
  first_seen: ({ first_seen }: Machine) => Date.parse(first_seen),
} satisfies Record<SortColumn, (machine: Machine) => string | number | null>;

/** How many of the rows on screen would stand elsewhere among them if the list were sorted now. */
export function changedPlaces(machines: readonly Machine[], sort: SortColumn, descending: boolean): number {
  const value = values[sort];
  const direction = descending ? -1 : 1;
  const sorted = [...machines].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left < right ? -1 : 1) * direction;
  });
  return sorted.filter((machine, index) => machine !== machines[index]).length;
}
