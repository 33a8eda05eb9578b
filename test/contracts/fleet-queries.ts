import type { MachineQuery } from "../../src/fleet/machines/machine-query.js";

export const limits = { warningAfterMs: 30_000, offlineAfterMs: 60_000 };

/** The first 100 machines. */
export const everything: MachineQuery = {
  limit: 100,
  sort: "machine_id",
  descending: false,
  search: undefined,
  status: undefined,
  after: undefined,
};

export const allTime = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 5000 };
