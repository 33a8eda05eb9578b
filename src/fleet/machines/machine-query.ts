import type { MachineStatus } from "./machine-status.js";

export const machineSorts = ["machine_id", "last_seen", "cpu", "memory", "disk"] as const;
export type MachineSort = (typeof machineSorts)[number];

/** Which machines to list, and where to go on. */
export interface MachineQuery {
  readonly limit: number;
  readonly sort: MachineSort;
  readonly descending: boolean;
  /** Matches part of the machine id, the host name, or a whole host name or serial number by its keyed hash. */
  readonly search: { readonly text: string; readonly hostnameHash: string; readonly serialHash: string } | undefined;
  readonly status: MachineStatus | undefined;
  /** The last row of the page before: its value in the sort's column, and its machine id. */
  readonly after: { readonly value: number | string; readonly machineId: string } | undefined;
}
