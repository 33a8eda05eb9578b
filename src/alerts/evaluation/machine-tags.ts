import { Injectable } from "@nestjs/common";
import { DatabaseClock } from "../../database/database-clock.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";

/** What a machine that goes on reporting says of itself may be as old as this. */
const FRESH_MS = 60_000;
/** More are begun anew: of each it is some two hundred bytes. */
const MAX_KNOWN = 200_000;

interface Known {
  readonly lastSeen: number;
  readonly readAt: number;
  readonly tags: readonly string[];
}

/**
 * The tags of machines, by which their limits may differ. They lie in sealed documents, and each look asks for those of
 * thousands: what was read once is kept while the machine is silent, and for a minute while it reports.
 */
@Injectable()
export class MachineTags {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly fleet: FleetWatch,
    private readonly clock: DatabaseClock,
  ) {}

  /** By machine id, in small letters. Throws BackendUnavailableError. */
  async of(
    machines: readonly Pick<WatchedMachine, "machineId" | "lastSeen">[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const now = this.clock.nowMs();
    if (this.known.size > MAX_KNOWN) this.known.clear();
    const isKnown = ({ machineId, lastSeen }: (typeof machines)[number]) => {
      const known = this.known.get(machineId);
      return known?.lastSeen === lastSeen || (known !== undefined && Math.abs(now - known.readAt) < FRESH_MS);
    };
    const unknown = machines.filter((machine) => !isKnown(machine));
    const facts = await this.fleet.facts(unknown.map(({ machineId }) => machineId));
    for (const { machineId, lastSeen } of unknown) {
      this.known.set(machineId, { lastSeen, readAt: now, tags: facts.get(machineId)?.tags ?? [] });
    }
    return new Map(machines.map(({ machineId }) => [machineId, this.known.get(machineId)?.tags ?? []]));
  }
}
