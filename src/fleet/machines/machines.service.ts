import { Inject, Injectable } from "@nestjs/common";
import { FleetError } from "../../common/fleet-error.js";
import { MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { FleetHashes } from "../fleet-hashes.js";
import { FleetStore } from "../store/fleet-store.js";
import type { Machine } from "./machine-answer.js";
import { decodeCursor, encodeCursor } from "./machine-cursor.js";
import type { MachineListQuery } from "./machine-list-query.js";
import type { MachineSearch, MachineSort } from "./machine-query.js";
import type { StatusLimits } from "./machine-status.js";
import { machineView } from "./machine-view.js";
import type { Summary } from "./summary-answer.js";
import { summaryView } from "./summary-view.js";

/** The fleet as operators see it. */
@Injectable()
export class MachinesService {
  private readonly limits: StatusLimits;

  constructor(
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly store: FleetStore,
    private readonly hashes: FleetHashes,
    private readonly clock: DatabaseClock,
  ) {
    this.limits = { warningAfterMs: machines.warning_after * 1000, offlineAfterMs: machines.offline_after * 1000 };
  }

  /** The members of a page are as many as asked for, or fewer where their documents are very large. */
  async list(query: MachineListQuery): Promise<{ machines: Machine[]; total: number; nextCursor: string | null }> {
    const { limit, sort, q, status, cursor } = query;
    const now = this.clock.nowMs();
    const page = await this.store.machines(
      {
        limit,
        sort: sort.replace("-", "") as MachineSort,
        descending: sort.startsWith("-"),
        status,
        search: q ? this.searchFor(q) : undefined,
        after: cursor === undefined ? undefined : decodeCursor(cursor),
      },
      now,
      this.limits,
    );
    return {
      machines: page.machines.map((machine) => machineView(machine, now, this.limits)),
      total: page.total,
      nextCursor: page.next ? encodeCursor(page.next) : null,
    };
  }

  private searchFor(text: string): MachineSearch {
    const { hashes } = this;
    return {
      text,
      hostnameHash: hashes.hostname(text),
      serialHash: hashes.serial(text),
      wordHash: hashes.word(text),
    };
  }

  /** By machine id, else by serial number. Throws FleetError 404. */
  async find(id: string): Promise<Machine> {
    const machine = await this.store.machine(id, this.hashes.serial(id));
    if (!machine) throw unknownMachine();
    return machineView(machine, this.clock.nowMs(), this.limits);
  }

  /** Forgets the machine and its history. Throws FleetError 404. */
  async remove(machineId: string): Promise<void> {
    if (!(await this.store.remove(machineId))) throw unknownMachine();
  }

  async summary(): Promise<Summary> {
    const now = this.clock.nowMs();
    return summaryView(await this.store.summary(now, this.limits), now);
  }
}

export function unknownMachine(): FleetError {
  return new FleetError(404, "UNKNOWN_MACHINE", "No machine has this id or serial number.");
}
