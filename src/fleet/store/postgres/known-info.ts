import type { AcceptedReport } from "../fleet-store.js";

type InfoOf = Pick<AcceptedReport, "machineId" | "infoHash">;

const MAX_MACHINES = 50_000;

/**
 * Which info this node last committed for each machine, so that one that did not change is neither sealed nor sent
 * again. Only a hint: the commit refuses when something else is stored. A machine whose info other nodes change to and
 * fro (two machines under one id) is not trusted again.
 */
export class KnownInfo {
  /** Newest last; null for a machine that is not trusted. */
  private readonly hashes = new Map<string, string | null>();

  constructor(private readonly maxMachines = MAX_MACHINES) {}

  isStored({ machineId, infoHash }: InfoOf): boolean {
    return infoHash !== null && this.hashes.get(machineId) === infoHash;
  }

  /** After the report's commit. */
  learn({ machineId, infoHash }: InfoOf): void {
    if (infoHash !== null && this.hashes.get(machineId) !== null) this.keep(machineId, infoHash);
  }

  distrust(machineId: string): void {
    this.keep(machineId, null);
  }

  private keep(machineId: string, hash: string | null): void {
    this.hashes.delete(machineId);
    this.hashes.set(machineId, hash);
    if (this.hashes.size <= this.maxMachines) return;
    for (const oldest of this.hashes.keys()) {
      this.hashes.delete(oldest);
      break;
    }
  }
}
