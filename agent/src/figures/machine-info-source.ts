import { readFile } from "node:fs/promises";
import { hostname, machine, networkInterfaces, totalmem, uptime } from "node:os";

import * as si from "systeminformation";

import type { MachineInfo } from "../report.js";
import { diskList } from "./disk-list.js";
import type { HostFigures } from "./host-figures.js";
import { RefreshedValue } from "./refreshed-value.js";
import { localAddress, positive, serialNumber } from "./wire-figures.js";

const MAX_AGE_MS = 10 * 60_000;

/** What only the operator can say about this machine. */
export interface GivenInfo {
  tags: string[];
  labels: Record<string, string>;
  serialFile: string | undefined;
}

/**
 * What seldom changes about this machine. The library starts a dozen small programs for it, so the answer is kept for ten
 * minutes; each part is gathered by itself, so that one that hangs or fails leaves only its own fields out.
 */
export class MachineInfoSource {
  private readonly system = new RefreshedValue(() => this.host.operatingSystem(), MAX_AGE_MS);
  private readonly cpu = new RefreshedValue(() => this.host.cpuModel(), MAX_AGE_MS);
  private readonly serial = new RefreshedValue(() => this.readSerial(), MAX_AGE_MS);
  private readonly disks = new RefreshedValue(async () => diskList(await si.fsSize()), MAX_AGE_MS);
  private readonly address = new RefreshedValue(
    async () => localAddress(networkInterfaces(), await si.networkInterfaceDefault()),
    MAX_AGE_MS,
  );

  private bootMs: number | undefined;

  private readonly boot = new RefreshedValue(() => this.host.bootId(), MAX_AGE_MS);

  constructor(
    private readonly host: HostFigures,
    private readonly given: GivenInfo,
  ) {}

  async current(): Promise<MachineInfo> {
    const [system, cpu, serial, disks, address, bootId] = await Promise.all([
      this.system.current(),
      this.cpu.current(),
      this.serial.current(),
      this.disks.current(),
      this.address.current(),
      this.boot.current(),
    ]);
    const { tags, labels } = this.given;
    this.bootMs = bootTimeMs(this.bootMs, Date.now(), uptime());
    const name = hostname();
    return {
      hostname: name,
      os: system?.name ?? process.platform,
      os_version: system?.version,
      architecture: machine(),
      processor: cpu?.name,
      cpu_count: cpu?.physicalCores,
      cpu_threads: cpu?.logicalProcessors,
      total_memory: positive(totalmem()),
      boot_time: new Date(this.bootMs).toISOString(),
      local_ip: address,
      computer_name: name,
      serial_number: serial,
      disks,
      boot_id: bootId,
      tags: tags.length > 0 ? tags : undefined,
      labels: Object.keys(labels).length > 0 ? labels : undefined,
    };
  }

  private async readSerial(): Promise<string | undefined> {
    const { serialFile } = this.given;
    const inFile = serialFile === undefined ? "" : await readFile(serialFile, "utf8").catch(() => "");
    return serialNumber(inFile) ?? serialNumber((await si.system()).serial);
  }
}

/**
 * When the machine started, in milliseconds since 1970, on a whole second. Clock and uptime are read at slightly different
 * moments and the clock is adjusted now and then, so a difference of up to two seconds keeps the time given before.
 */
export function bootTimeMs(previousMs: number | undefined, nowMs: number, uptimeSeconds: number): number {
  const bootMs = Math.round(nowMs / 1000 - uptimeSeconds) * 1000;
  return previousMs !== undefined && Math.abs(bootMs - previousMs) <= 2000 ? previousMs : bootMs;
}
