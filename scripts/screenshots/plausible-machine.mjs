import { SimulatedMachine } from "../../bench/simulator/simulated-machine.mjs";
import { nameOf } from "./roles.mjs";

const GIB = 1_073_741_824;
const DAY_MS = 86_400_000;
/** Most people are awake where most machines of the fleet stand. */
const BUSIEST_MS = 13.5 * 3_600_000;
const BACKUP_AT_MS = 2 * 3_600_000;
const BACKUP_TAKES_MS = 35 * 60_000;

/** @typedef {{ cpu?: number, memory?: number, disk?: number }} Trouble percents that it stands at, whatever the hour */

/** A simulated machine that looks like one of a hosting company: a name, a role, a day like its neighbours'. */
export class PlausibleMachine extends SimulatedMachine {
  /**
   * @param {number} index from 0
   * @param {{ place: ReturnType<typeof import("./roles.mjs").placesOf>[number], nowMs: number, trouble?: Trouble | undefined }} options
   */
  constructor(index, { place, nowMs, trouble = {} }) {
    super(index, { exactClock: true, nowMs });
    const { role } = place;
    this.id = nameOf(place);
    this.role = role;
    this.trouble = trouble;
    this.cores = role.cores;
    this.memory = role.cores * 4 * GIB;
    this.disk = role.cores * 60e9;
    const own = ownFraction(index);
    this.base = role.load * (0.6 + 0.8 * own(1));
    this.swing = role.swing * (0.6 + 0.6 * own(2));
    this.peakAt = BUSIEST_MS + (own(3) - 0.5) * 0.2 * DAY_MS;
    this.memoryAround = Math.min(role.memory * (0.8 + 0.35 * own(4)), 87);
    this.diskPercent = Math.min(role.disk * (0.6 + 0.7 * own(5)), 88);
    this.startedAt = nowMs - (1 + own(6) * 90) * DAY_MS;
  }

  /** @override */
  info() {
    const [os, version] = this.role.system;
    const { index, disk, diskPercent } = this;
    const part = (
      /** @type {string} */ device,
      /** @type {string} */ mountpoint,
      /** @type {number} */ total,
      /** @type {number} */ percent,
    ) => {
      const used = Math.round((total * percent) / 100);
      return { device, mountpoint, fstype: "ext4", total, used, free: total - used };
    };
    const data =
      this.role.name === "db" ? [part("/dev/nvme1n1", "/var/lib/postgresql", disk * 2, diskPercent + 6)] : [];
    return {
      ...super.info(),
      hostname: `${this.id}.example.com`,
      computer_name: this.id,
      os,
      os_version: version,
      architecture: "x86_64",
      processor: this.cores > 8 ? "AMD EPYC 7443P 24-Core Processor" : "Intel(R) Xeon(R) E-2388G CPU @ 3.20GHz",
      cpu_count: this.cores / 2,
      cpu_threads: this.cores,
      agent_version: "0.1.0",
      serial_number: `NW${(0x4a0000 + index * 7919).toString(36).toUpperCase()}`,
      tags: [this.role.name, "production"],
      disks: [
        part("/dev/nvme0n1p2", "/", disk, Math.round(diskPercent)),
        ...data,
        part("/dev/nvme0n1p1", "/boot/efi", GIB / 2, 6),
      ],
    };
  }

  /** @override @param {number} nowMs */
  metrics(nowMs) {
    if (this.trouble.disk !== undefined) this.diskPercent = this.trouble.disk;
    const metrics = super.metrics(nowMs);
    const { cpu, memory, network } = metrics;
    const backup = this.role.name === "db" && (nowMs % DAY_MS) - BACKUP_AT_MS;
    if (backup !== false && backup > 0 && backup < BACKUP_TAKES_MS) {
      cpu.percent = Math.min(cpu.percent + 22, 96);
      this.sent = network.bytes_sent += 4e6 * 60;
    }
    cpu.percent = Math.min(Math.max(cpu.percent + this.burst(nowMs), 0.4), 89);
    if (this.trouble.cpu !== undefined) cpu.percent = wobble(this.trouble.cpu);
    const load = (cpu.percent / 100) * this.cores;
    cpu.load_avg = [tenths(load), tenths(load * 0.95), tenths(load * 0.9)];
    memory.percent = wobble(this.trouble.memory ?? this.memoryAround + cpu.percent / 12);
    memory.used = Math.round((memory.total * memory.percent) / 100);
    memory.available = memory.total - memory.used;
    return metrics;
  }

  /** Work that comes now and then and is soon done, in percent. @param {number} nowMs */
  burst(nowMs) {
    const minutes = nowMs / 60_000 + this.index * 13;
    const wave = Math.sin(minutes / 2.9) * Math.sin(minutes / 11.3) + 0.4 * Math.sin(minutes / 1.3);
    return Math.max(wave - 0.45, -0.25) * this.swing * 0.55;
  }

  /** What a chart needs of a report from the past. @param {number} atMs */
  pastReport(atMs) {
    const { timestamp, cpu, memory, disk, network, processes } = this.metrics(atMs);
    const { percent, load_avg } = cpu;
    return {
      machine_id: this.id,
      metrics: { timestamp, cpu: { percent, load_avg }, memory, disk, network, processes },
    };
  }
}

/** @param {number} percent */
function wobble(percent) {
  return tenths(Math.min(percent + 0.8 * (Math.random() - 0.5), 99.6));
}

/** @param {number} value */
function tenths(value) {
  return Math.round(value * 10) / 10;
}

/** Numbers from 0 to 1, the same in every run. @param {number} index */
function ownFraction(index) {
  return (/** @type {number} */ which) => {
    const wave = Math.sin(index * 127.1 + which * 311.7) * 43_758.5453;
    return wave - Math.floor(wave);
  };
}
