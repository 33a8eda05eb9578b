import { Inject, Injectable } from "@nestjs/common";
import { DatabaseClock } from "../../database/database-clock.js";
import { MachinesService, unknownMachine } from "../machines/machines.service.js";
import { FleetStore } from "../store/fleet-store.js";
import { MAX_POINTS, chooseResolution, chooseRolled } from "./choose-resolution.js";
import type { HistoryPoint } from "./history-answer.js";
import { HISTORY_LIMITS } from "./history-limits.js";
import { type RolledResolution, type StoredSample, bucketMs } from "./history-query.js";
import type { HistoryLimits } from "./history-store.js";
import { rollupPoint, samplePoint } from "./history-view.js";

/** What a client asks for. Times in milliseconds; what is left out follows from the resolution. */
export interface HistoryRequest {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number | undefined;
  readonly resolution: "raw" | RolledResolution | "auto";
}

export interface History {
  readonly machineId: string;
  readonly resolution: "raw" | RolledResolution;
  /** Seconds from one point to the next; null where they lie as the machine reported. */
  readonly step: number | null;
  /** Oldest first. */
  readonly points: HistoryPoint[];
}

const DEFAULT_SAMPLES = 100;
const DEFAULT_AUTO_MS = 24 * 3_600_000;

@Injectable()
export class HistoryService {
  constructor(
    @Inject(HISTORY_LIMITS) private readonly limits: HistoryLimits,
    private readonly store: FleetStore,
    private readonly machines: MachinesService,
    private readonly clock: DatabaseClock,
  ) {}

  /** The past of the machine with this id or serial number; FleetError 404. */
  async read(id: string, request: HistoryRequest): Promise<History> {
    const { machine_id: machineId } = await this.machines.find(id);
    const { resolution } = request;
    if (resolution === "raw") return this.raw(machineId, request);
    if (resolution === "auto") return this.auto(machineId, request);
    const { limit = MAX_POINTS, to = this.clock.nowMs() } = request;
    const stepMs = bucketMs[resolution];
    // The newest ones, where there would be more.
    const from = Math.max(request.from ?? 0, (Math.floor(to / stepMs) - limit + 1) * stepMs);
    return this.rolled(machineId, { from, to }, { resolution, stepMs });
  }

  private async raw(machineId: string, { from = 0, to = Number.MAX_SAFE_INTEGER, limit }: HistoryRequest) {
    return rawHistory(machineId, await this.samples(machineId, from, to, limit ?? DEFAULT_SAMPLES));
  }

  private async auto(machineId: string, request: HistoryRequest): Promise<History> {
    const now = this.clock.nowMs();
    const to = request.to ?? now;
    const range = { from: request.from ?? to - DEFAULT_AUTO_MS, to };
    const chosen = chooseResolution(range, now, this.limits);
    if (chosen.resolution !== "raw") return this.rolled(machineId, range, chosen);
    const samples = await this.samples(machineId, range.from, range.to, MAX_POINTS + 1);
    if (samples.length <= MAX_POINTS) return rawHistory(machineId, samples);
    return this.rolled(machineId, range, chooseRolled(range, now, this.limits));
  }

  private async samples(machineId: string, from: number, to: number, limit: number): Promise<readonly StoredSample[]> {
    const samples = await this.store.history.samples(machineId, { from, to, limit });
    if (!samples) throw unknownMachine();
    return samples;
  }

  private async rolled(
    machineId: string,
    { from, to }: { from: number; to: number },
    { resolution, stepMs }: { resolution: RolledResolution; stepMs: number },
  ): Promise<History> {
    const buckets = await this.store.history.rollups(machineId, { resolution, from, to, stepMs });
    if (!buckets) throw unknownMachine();
    return { machineId, resolution, step: stepMs / 1000, points: buckets.map(rollupPoint) };
  }
}

function rawHistory(machineId: string, samples: readonly StoredSample[]): History {
  return { machineId, resolution: "raw", step: null, points: samples.map(samplePoint) };
}
