import { Injectable } from "@nestjs/common";
import { MachinesService, unknownMachine } from "../machines/machines.service.js";
import { FleetStore } from "../store/fleet-store.js";
import { metricsOf } from "./figures.js";
import type { SampleQuery } from "./history-query.js";

/** A point of history as clients see it: the whole sample where it was kept, else its figures in the same shape. */
export interface HistoryPoint {
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

@Injectable()
export class HistoryService {
  constructor(
    private readonly store: FleetStore,
    private readonly machines: MachinesService,
  ) {}

  /** The newest samples in the range, oldest first, of the machine with this id or serial number; FleetError 404. */
  async read(id: string, query: SampleQuery): Promise<{ machineId: string; samples: HistoryPoint[] }> {
    const { machine_id: machineId } = await this.machines.find(id);
    const samples = await this.store.history.samples(machineId, query);
    if (!samples) throw unknownMachine();
    return {
      machineId,
      samples: samples.map(({ at, figures, metrics }) => ({
        timestamp: new Date(at).toISOString(),
        metrics: metrics === null ? metricsOf(figures) : (JSON.parse(metrics) as Record<string, unknown>),
      })),
    };
  }
}
