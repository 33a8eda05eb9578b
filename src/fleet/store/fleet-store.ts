import type { Figures } from "../history/figures.js";
import type { HistoryStore } from "../history/history-store.js";
import type { MachineQuery } from "../machines/machine-query.js";
import type { StatusCounts, StatusLimits } from "../machines/machine-status.js";
import type { MachineWatch } from "../watch/machine-watch.js";
import type { Spread } from "./spread.js";

/** A report that passed every check, ready to be committed. Times are milliseconds since 1970 UTC. */
export interface AcceptedReport {
  readonly machineId: string;
  /** Arrival by the database's clock, settled when the report came in: however late the commit, it stays. */
  readonly arrivedAt: number;
  /** The agent's own time of the sample where it can be trusted, else `arrivedAt`. */
  readonly sampledAt: number;
  /** Set where the agent's time cannot be trusted: a repeat is then known by this keyed hash of the report. */
  readonly repeatHash: string | null;
  /** Whether it came as an encrypted envelope. */
  readonly encrypted: boolean;
  /** `machine_info` as JSON, or null where it was empty. */
  readonly info: string | null;
  readonly infoHash: string | null;
  /** Readable, unless names are hidden. */
  readonly hostname: string | null;
  readonly hostnameHash: string | null;
  readonly serialHash: string | null;
  /** What a search finds parts of, in lower case: host name, address, tags, a line each. Null where names are hidden. */
  readonly searchText: string | null;
  /** Keyed hashes of those words where they are hidden, separated by blanks; else null. */
  readonly searchHashes: string | null;
  /** Keyed hash of what tells this machine from another one that uses its id; null where the agent sends nothing such. */
  readonly identity: string | null;
  /** `metrics` as JSON, or null where there were none. */
  readonly metrics: string | null;
  readonly figures: Figures;
}

/** A machine as stored, its documents opened. */
export interface StoredMachine {
  readonly machineId: string;
  readonly encrypted: boolean;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly info: string | null;
  readonly metrics: string | null;
  /** When two machines were last found to report under this id, or null. */
  readonly conflictAt: number | null;
}

export interface MachinePage {
  readonly machines: readonly StoredMachine[];
  /** How many machines match, on all pages. */
  readonly total: number;
  /** Where the next page starts, or null after the last. */
  readonly next: MachineQuery["after"] | null;
}

/** Figures above this are worth an operator's look. */
export const HIGH_PERCENT = 90;

/** A figure above HIGH_PERCENT, of a machine that is not offline. */
export interface HighFigure {
  readonly machineId: string;
  readonly figure: "cpu" | "memory" | "disk";
  readonly percent: number;
}

export interface FleetFigures {
  readonly counts: StatusCounts;
  /** Means over the machines that are online and have the figure; null where none has. */
  readonly meanCpu: number | null;
  readonly meanMemory: number | null;
  readonly meanDisk: number | null;
  /** The worst first; at most MAX_HIGH_FIGURES. */
  readonly high: readonly HighFigure[];
}

/** Two machines that report under one id. */
export interface MachineConflict {
  readonly machineId: string;
  readonly at: number;
}

/**
 * The fleet's hot data: what reports write and what pages, charts and summaries read. Every method throws
 * BackendUnavailableError when the database cannot be used. Not in it: users, settings, events (cold data, TypeORM).
 */
export abstract class FleetStore {
  abstract readonly history: HistoryStore;
  abstract readonly watch: MachineWatch;

  /**
   * Commits all of `reports` in one transaction, durably, before it resolves. A report that was committed before
   * (see AcceptedReport.repeatHash and sampledAt) changes nothing. Its cost does not depend on what is stored.
   */
  abstract commit(reports: readonly AcceptedReport[]): Promise<void>;

  /** One page: `query.limit` machines, or fewer where their documents would make the answer very large. */
  abstract machines(query: MachineQuery, now: number, limits: StatusLimits): Promise<MachinePage>;

  /** The machine of this id, else the one with this keyed hash of its serial number, else null. */
  abstract machine(machineId: string, serialHash: string): Promise<StoredMachine | null>;

  /** Those with these ids, in any order; at most a few hundred are to be asked for at once. */
  abstract machinesOf(machineIds: readonly string[]): Promise<readonly StoredMachine[]>;

  /** Those found since `at`, at most `limit` of them, the oldest first. */
  abstract conflictsSince(at: number, limit: number): Promise<readonly MachineConflict[]>;

  abstract summary(now: number, limits: StatusLimits): Promise<FleetFigures>;

  /** How the figures of the machines that are not offline lie. */
  abstract spread(now: number, limits: StatusLimits): Promise<Spread>;

  /** Forgets the machine and its history; false where there was none. */
  abstract remove(machineId: string): Promise<boolean>;

  /** Resolves when the store can take reports. */
  abstract check(): Promise<void>;

  abstract close(): Promise<void>;
}
