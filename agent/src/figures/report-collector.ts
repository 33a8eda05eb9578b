import { uptime } from "node:os";

import type { MachineInfo, Metrics, Report } from "../report.js";
import type { HostFigures } from "./host-figures.js";
import { type GivenInfo, MachineInfoSource } from "./machine-info-source.js";
import { rounded } from "./wire-figures.js";

/** Makes a report of this machine. It never fails: what cannot be read is absent from the report. */
export class ReportCollector {
  private readonly info: MachineInfoSource;
  private sequence = 0;

  constructor(
    private readonly machineId: string,
    private readonly host: HostFigures,
    given: GivenInfo,
  ) {
    this.info = new MachineInfoSource(host, given);
  }

  async collect(): Promise<Report> {
    // One after the other: gathering the info takes processor time, which must not be measured as the machine's load.
    const info = await this.info.current();
    return { machine_id: this.machineId, machine_info: info, metrics: await this.metrics(info) };
  }

  private async metrics(info: MachineInfo): Promise<Metrics> {
    const percent = await orAbsent(this.host.cpuPercent());
    const [memory, disk, network, processCount, battery] = await Promise.all([
      orAbsent(this.host.memory()),
      orAbsent(this.host.systemDisk()),
      orAbsent(this.host.network()),
      orAbsent(this.host.processCount()),
      orAbsent(this.host.battery()),
    ]);
    this.sequence += 1;
    return {
      timestamp: new Date().toISOString(),
      sequence: this.sequence,
      uptime_seconds: rounded(uptime()),
      cpu: { percent, load_avg: this.host.loadAverage(), count: info.cpu_count, threads: info.cpu_threads },
      memory,
      disk,
      network,
      processes: processCount === undefined ? undefined : { total: processCount },
      battery,
    };
  }
}

async function orAbsent<T>(figure: Promise<T>): Promise<T | undefined> {
  try {
    return await figure;
  } catch {
    return undefined;
  }
}
