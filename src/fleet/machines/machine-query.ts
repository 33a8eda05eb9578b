import type { MachineStatus } from "./machine-status.js";

export const machineSorts = ["machine_id", "name", "first_seen", "last_seen", "cpu", "memory", "disk"] as const;
export type MachineSort = (typeof machineSorts)[number];

/** Which machines to list, and where to go on. */
export interface MachineQuery {
  readonly limit: number;
  readonly sort: MachineSort;
  readonly descending: boolean;
  readonly search: MachineSearch | undefined;
  readonly status: MachineStatus | undefined;
  /** The last row of the page before: its value in the sort's column, and its machine id. */
  readonly after: { readonly value: number | string; readonly machineId: string } | undefined;
}

/**
 * Finds parts of the machine id and of what is readable of its host name, address and tags; whole ones by their keyed
 * hash where they are hidden, and whole serial numbers.
 */
export interface MachineSearch {
  readonly text: string;
  readonly hostnameHash: string;
  readonly serialHash: string;
  readonly wordHash: string;
}
