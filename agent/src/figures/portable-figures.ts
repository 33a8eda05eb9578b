import { freemem, networkInterfaces, release, totalmem, type } from "node:os";

import * as si from "systeminformation";

import type { BatteryFigures, Figure, MemoryFigures, NetworkFigures } from "../report.js";
import { HostFigures } from "./host-figures.js";
import { RefreshedValue } from "./refreshed-value.js";
import { memoryFigures, networkFigures, positive, rounded } from "./wire-figures.js";

// The library starts other programs for these (PowerShell on Windows), so they are asked once a minute at most.
const SHELL_MAX_AGE_MS = 60_000;
const SHELL_LIMIT_MS = 10_000;

/** macOS, Windows and the rest, through the library. */
export class PortableFigures extends HostFigures {
  private readonly windows = process.platform === "win32";
  protected readonly systemVolume = this.windows ? `${process.env.SystemDrive ?? "C:"}\\` : "/";

  private readonly shellNetwork = this.seldom(() => si.networkStats(externalInterfaces().join(",")));
  private readonly shellProcesses = this.seldom(() => si.processes());
  private readonly shellBattery = this.seldom(() => super.battery());

  override async operatingSystem(): Promise<{ name: string; version: string | undefined }> {
    if (this.windows) return { name: "Windows", version: release() };
    if (process.platform === "darwin") return { name: "macOS", version: (await si.osInfo()).release || undefined };
    return { name: type(), version: release() };
  }

  override async cpuPercent(): Promise<Figure> {
    return rounded((await si.currentLoad()).currentLoad);
  }

  override async memory(): Promise<MemoryFigures | undefined> {
    // On Windows the library starts PowerShell for the page file alone.
    if (this.windows) return memoryFigures({ total: totalmem(), available: freemem() });
    return memoryFigures(await si.mem());
  }

  override async network(): Promise<NetworkFigures | undefined> {
    return networkFigures((await this.shellNetwork.current()) ?? []);
  }

  override async processCount(): Promise<Figure> {
    return positive((await this.shellProcesses.current())?.all);
  }

  override battery(): Promise<BatteryFigures | null | undefined> {
    return this.shellBattery.current();
  }

  override loadAverage(): [number, number, number] | undefined {
    // Windows has no load average, and Node says zero there.
    return this.windows ? undefined : super.loadAverage();
  }

  private seldom<T>(gather: () => Promise<T>): RefreshedValue<T> {
    return new RefreshedValue(gather, SHELL_MAX_AGE_MS, SHELL_LIMIT_MS);
  }
}

function externalInterfaces(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    addresses?.some((one) => !one.internal) ? [name] : [],
  );
}
