import { NewestEntries } from "../../../common/newest-entries.js";
import type { AcceptedReport } from "../fleet-store.js";

type InfoOf = Pick<AcceptedReport, "machineId" | "infoHash">;

const MAX_MACHINES = 50_000;

/**
 * Which info this node last committed for each machine, so that one that did not change is neither sealed nor sent
 * again. Only a hint: the commit refuses when something else is stored. A machine whose info other nodes change to and
 * fro (two machines under one id) is not trusted again.
 */
export class KnownInfo {
  /** null for a machine that is not trusted. */
  private readonly hashes: NewestEntries<string, string | null>;

  constructor(maxMachines = MAX_MACHINES) {
    this.hashes = new NewestEntries(maxMachines);
  }

  isStored({ machineId, infoHash }: InfoOf): boolean {
    return infoHash !== null && this.hashes.get(machineId) === infoHash;
  }

  /** After the report's commit. */
  learn({ machineId, infoHash }: InfoOf): void {
    if (infoHash !== null && this.hashes.get(machineId) !== null) this.hashes.set(machineId, infoHash);
  }

  distrust(machineId: string): void {
    this.hashes.set(machineId, null);
  }
}
