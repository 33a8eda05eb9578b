import type { RolledFigures } from "./history-query.js";

/** The figures of a roll-up, as columns `<name>_mean` and `<name>_max`. */
export const rolledColumns = ["cpu", "memory", "disk", "load", "sent", "received"] as const;

/** Those columns, as either database gives them. */
export type RolledRow = Readonly<Record<`${(typeof rolledColumns)[number]}_${"mean" | "max"}`, number | null>>;

export function rolledFigures(row: RolledRow, kind: "mean" | "max"): RolledFigures {
  return {
    cpu: row[`cpu_${kind}`],
    memory: row[`memory_${kind}`],
    disk: row[`disk_${kind}`],
    load1: row[`load_${kind}`],
    sentRate: row[`sent_${kind}`],
    receivedRate: row[`received_${kind}`],
  };
}
