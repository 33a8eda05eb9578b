import { Inject, Injectable } from "@nestjs/common";
import type { Actor } from "../../auth/actor.js";
import { FleetError } from "../../common/fleet-error.js";
import { MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { EventLog } from "../../events/event-log.js";
import { LiveChanges } from "../../events/live/live-changes.js";
import { FleetHashes } from "../fleet-hashes.js";
import { FleetStore } from "../store/fleet-store.js";
import type { Machine } from "./machine-answer.js";
import { decodeCursor, encodeCursor } from "./machine-cursor.js";
import type { MachineListQuery } from "./machine-list-query.js";
import type { MachineSearch, MachineSort } from "./machine-query.js";
import { type StatusLimits, machineStatus } from "./machine-status.js";
import { machineView } from "./machine-view.js";
import type { Summary } from "./summary-answer.js";
import { summaryView } from "./summary-view.js";

/** The last half hour, minute by minute. */
const TREND_STEP_MS = 60_000;
const TREND_STEPS = 30;

/** The fleet as operators see it. */
@Injectable()
export class MachinesService {
  private readonly limits: StatusLimits;

  constructor(
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly store: FleetStore,
    private readonly hashes: FleetHashes,
    private readonly clock: DatabaseClock,
    private readonly changes: LiveChanges,
    private readonly events: EventLog,
  ) {
    this.limits = { warningAfterMs: machines.warning_after * 1000, offlineAfterMs: machines.offline_after * 1000 };
  }

  /** The members of a page are as many as asked for, or fewer where their documents are very large. */
  async list(query: MachineListQuery): Promise<{ machines: Machine[]; total: number; nextCursor: string | null }> {
    const { limit, sort, q, status, cursor, trend } = query;
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
    const machines = page.machines.map((machine) => machineView(machine, now, this.limits));
    return {
      machines: trend ? await this.withTrends(machines, now) : machines,
      total: page.total,
      nextCursor: page.next ? encodeCursor(page.next) : null,
    };
  }

  private async withTrends(machines: readonly Machine[], now: number): Promise<Machine[]> {
    const from = (Math.floor(now / TREND_STEP_MS) - TREND_STEPS + 1) * TREND_STEP_MS;
    const ids = machines.map(({ machine_id }) => machine_id);
    const stored = await this.store.history.trends(ids, { from, stepMs: TREND_STEP_MS, steps: TREND_STEPS });
    const trends = new Map(stored.map((trend) => [trend.machineId, trend]));
    const empty = Array<null>(TREND_STEPS).fill(null);
    return machines.map((machine) => {
      const { cpu = empty, memory = empty } = trends.get(machine.machine_id) ?? {};
      return { ...machine, trend: { step: TREND_STEP_MS / 1000, cpu, memory } };
    });
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

  /** Those of these machines that there are. */
  async some(ids: readonly string[]): Promise<Machine[]> {
    const machines = await this.store.machinesOf(ids);
    const now = this.clock.nowMs();
    return machines.map((machine) => machineView(machine, now, this.limits));
  }

  /** What a machine has become since it was read, if it has not reported meanwhile. */
  statusNow({ last_seen }: Machine): Machine["status"] {
    return machineStatus(this.clock.nowMs() - Date.parse(last_seen), this.limits);
  }

  /**
   * Forgets the machine and its history. Recorded first: what is gone cannot be found again, while what failed is tried
   * again. Throws FleetError 404.
   */
  async remove(machineId: string, { username, address }: Actor): Promise<void> {
    if ((await this.store.machinesOf([machineId])).length === 0) throw unknownMachine();
    await this.events.record({ kind: "machine.deleted", subject: machineId, actor: username, address });
    if (!(await this.store.remove(machineId))) throw unknownMachine();
    this.changes.machinesChanged([machineId]);
  }

  async summary(): Promise<Summary> {
    const now = this.clock.nowMs();
    return summaryView(await this.store.summary(now, this.limits), now);
  }
}

export function unknownMachine(): FleetError {
  return new FleetError(404, "UNKNOWN_MACHINE", "No machine has this id or serial number.");
}
