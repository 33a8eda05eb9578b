import type { MachineQuery } from "../../src/fleet/machines/machine-query.js";
import { NOW } from "../support/accepted-report.js";

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

/** Long enough for every sample of these tests. */
export const allTime = { from: NOW - 3 * 86_400_000, to: Number.MAX_SAFE_INTEGER, limit: 5000 };
