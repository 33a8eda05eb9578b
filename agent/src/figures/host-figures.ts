import { statfs } from "node:fs/promises";
import { cpus, loadavg } from "node:os";

import * as si from "systeminformation";

import type { BatteryFigures, DiskFigures, Figure, MemoryFigures, NetworkFigures } from "../report.js";
import { batteryFigures, diskFigures, positive } from "./wire-figures.js";

export interface CpuModel {
  /** As people call it: "AMD EPYC". */
  name: string | undefined;
  physicalCores: Figure;
  logicalProcessors: Figure;
}

/**
 * What this machine measures now, by the cheapest way its operating system has. A figure that cannot be read is absent;
 * methods may also reject, which counts the same. Units are those of the report.
 */
export abstract class HostFigures {
  /** Name and version as people know them: "macOS" 15.1, "Windows" 10.0.26100, "Linux" and its kernel. */
  abstract operatingSystem(): Promise<{ name: string; version: string | undefined }>;

  /** Load in percent since the call before; the first call measures for half a second. */
  abstract cpuPercent(): Promise<Figure>;

  abstract memory(): Promise<MemoryFigures | undefined>;

  abstract network(): Promise<NetworkFigures | undefined>;

  abstract processCount(): Promise<Figure>;

  /** What tells this start of the operating system from every other one, of any machine; absent where there is no such thing. */
  bootId(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** Where the system volume is mounted. */
  protected abstract readonly systemVolume: string;

  async systemDisk(): Promise<DiskFigures | undefined> {
    return diskFigures(await statfs(this.systemVolume));
  }

  async battery(): Promise<BatteryFigures | null | undefined> {
    return batteryFigures(await si.battery());
  }

  async cpuModel(): Promise<CpuModel> {
    const cpu = await si.cpu();
    return {
      name: [cpu.manufacturer, cpu.brand].filter((part) => part && part !== "unknown").join(" ") || undefined,
      physicalCores: positive(cpu.physicalCores),
      logicalProcessors: positive(cpus().length),
    };
  }

  loadAverage(): [number, number, number] | undefined {
    const [one, five, fifteen] = loadavg();
    return one === undefined || five === undefined || fifteen === undefined ? undefined : [one, five, fifteen];
  }
}
