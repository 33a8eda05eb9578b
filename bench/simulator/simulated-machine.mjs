const GIGABYTE = 1_073_741_824;
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** Of a hundred machines so many have a clock that is off by days, by seconds, or send local time without a zone. */
const CLOCK_OFF_BY_DAYS = 1;
const CLOCK_OFF_BY_SECONDS = 30;
const WITHOUT_ZONE = 20;

/** A machine is started anew about twice a day. */
const MEAN_UPTIME_MS = DAY_MS / 2;
const RESTART_TAKES_MS = 20_000;

const programs = ["postgres", "nginx", "node", "systemd", "containerd", "sshd", "java", "cron", "rsyslogd", "python3"];
const systems = [
  ["Linux", "6.1.0-31-amd64", "x86_64"],
  ["Linux", "5.15.0-130-generic", "aarch64"],
  ["Windows", "10.0.20348", "AMD64"],
  ["Darwin", "24.1.0", "arm64"],
];

/**
 * One machine of a simulated fleet: load that follows the hours of its own day, noise, counters that grow with the load,
 * and now and then a new start with a new boot identity and counters from zero. Its figures depend on its index and on
 * chance alone, so that a fleet needs no storage.
 */
export class SimulatedMachine {
  /**
   * @param {number} index from 0
   * @param {{ prefix?: string, exactClock?: boolean, nowMs: number }} options with an exact clock its timestamps are those
   *   it is asked for, in UTC
   */
  constructor(index, { prefix = "machine", exactClock = false, nowMs }) {
    const chance = fraction(index);
    this.id = `${prefix}-${String(index + 1).padStart(6, "0")}`;
    this.index = index;
    this.cores = [2, 4, 8, 16][index % 4] ?? 4;
    this.memory = this.cores * 4 * GIGABYTE;
    this.disk = (100 + (index % 9) * 100) * 1e9;
    this.base = 4 + 30 * chance(1);
    this.swing = 45 * chance(2);
    this.peakAt = chance(3) * DAY_MS;
    this.noise = 0;
    this.diskPercent = 20 + 70 * chance(4);
    this.clock = exactClock ? { offsetMs: 0, zoneMs: null } : clockOf(chance);
    this.startedAt = nowMs - chance(5) * MEAN_UPTIME_MS;
    this.lastAt = nowMs - 10_000;
    this.sent = chance(6) * 1e11;
    this.received = chance(7) * 1e11;
    this.boot = bootIdentity();
  }

  /** Whether it is being started anew during this interval. @param {number} intervalMs */
  restarts(intervalMs) {
    return Math.random() < intervalMs / MEAN_UPTIME_MS;
  }

  /** @param {number} nowMs */
  restart(nowMs) {
    this.startedAt = nowMs + RESTART_TAKES_MS;
    this.boot = bootIdentity();
    this.sent = 0;
    this.received = 0;
    return this.startedAt;
  }

  /**
   * The next report in the wire format, 1.5 to 2 KB of JSON.
   *
   * @param {number} nowMs
   */
  report(nowMs) {
    return { machine_id: this.id, machine_info: this.info(), metrics: this.metrics(nowMs) };
  }

  info() {
    const [os, version, architecture] = systems[this.index % systems.length] ?? [];
    // What a machine says about itself rarely changes: its disks are rounded, their exact use is in the metrics.
    const used = (this.disk * Math.round(this.diskPercent)) / 100;
    return {
      hostname: `${this.id}.site-${this.index % 40}.example.com`,
      os,
      os_version: version,
      architecture,
      processor: architecture,
      cpu_count: this.cores,
      cpu_threads: this.cores * 2,
      total_memory: this.memory,
      boot_id: this.boot,
      boot_time: new Date(this.startedAt).toISOString(),
      local_ip: `10.${(this.index >> 16) & 255}.${(this.index >> 8) & 255}.${this.index & 255}`,
      computer_name: this.id,
      serial_number: `SN${String(this.index).padStart(10, "0")}`,
      tags: [`site-${this.index % 40}`, `rack-${this.index % 400}`],
      disks: [{ device: "/dev/sda1", mountpoint: "/", fstype: "ext4", total: this.disk, used, free: this.disk - used }],
    };
  }

  /** @param {number} nowMs */
  metrics(nowMs) {
    const seconds = Math.max(nowMs - this.lastAt, 0) / 1000;
    this.lastAt = nowMs;
    this.noise = 0.8 * this.noise + 6 * (Math.random() - 0.5);
    const hour = Math.cos(((nowMs - this.peakAt) / DAY_MS) * 2 * Math.PI);
    const percent = between(0.1, 100, this.base + this.swing * (0.5 + 0.5 * hour) + this.noise);
    const load = (percent / 100) * this.cores;
    const memoryPercent = between(5, 98, 30 + percent / 2 + this.noise);
    const memoryUsed = Math.round((this.memory * memoryPercent) / 100);
    this.sent = Math.round(this.sent + seconds * percent * 20_000);
    this.received = Math.round(this.received + seconds * percent * 35_000);
    this.diskPercent = between(5, 99, this.diskPercent + 0.01 * (Math.random() - 0.49));
    const diskUsed = Math.round((this.disk * this.diskPercent) / 100);
    return {
      timestamp: timestampOf(nowMs, this.clock),
      uptime_seconds: Math.max(0, Math.round((nowMs - this.startedAt) / 1000)),
      cpu: {
        percent: round(percent),
        per_core: Array.from({ length: this.cores }, () =>
          round(between(0, 100, percent + 20 * (Math.random() - 0.5))),
        ),
        load_avg: [round(load), round(load * 0.95), round(load * 0.9)],
        count: this.cores,
        threads: this.cores * 2,
      },
      memory: {
        total: this.memory,
        available: this.memory - memoryUsed,
        used: memoryUsed,
        percent: round(memoryPercent),
      },
      disk: { total: this.disk, used: diskUsed, free: this.disk - diskUsed, percent: round(this.diskPercent) },
      network: {
        bytes_sent: this.sent,
        bytes_recv: this.received,
        packets_sent: Math.round(this.sent / 900),
        packets_recv: Math.round(this.received / 900),
      },
      processes: { total: 90 + (this.index % 200) },
      temperatures: { package: round(35 + percent / 2), board: 34 },
      top_processes: programs.map((name, place) => ({
        pid: 300 + place * 97 + (this.index % 50),
        name,
        cpu_percent: round((percent * (programs.length - place)) / 55),
        memory_percent: round((memoryPercent * (place + 1)) / 70),
      })),
      battery: null,
    };
  }
}

/** Numbers from 0 to 1 that are always the same for a machine. @param {number} index */
function fraction(index) {
  return (/** @type {number} */ which) => {
    const mixed = Math.imul(index * 31 + which, 0x9e3779b1) >>> 0;
    return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0) / 2 ** 32;
  };
}

/** @param {(which: number) => number} chance */
function clockOf(chance) {
  const kind = chance(8) * 100;
  const zoneMs = chance(9) * 100 < WITHOUT_ZONE ? (Math.floor(chance(10) * 60) - 24) * QUARTER_MS : null;
  if (kind < CLOCK_OFF_BY_DAYS) return { offsetMs: -30 * DAY_MS * (1 + chance(11)), zoneMs };
  if (kind < CLOCK_OFF_BY_SECONDS) return { offsetMs: Math.round((chance(11) - 0.5) * 60_000), zoneMs };
  return { offsetMs: Math.round((chance(11) - 0.5) * 400), zoneMs };
}

/**
 * @param {number} nowMs
 * @param {{ offsetMs: number, zoneMs: number | null }} clock
 */
function timestampOf(nowMs, { offsetMs, zoneMs }) {
  const utc = new Date(nowMs + offsetMs + (zoneMs ?? 0)).toISOString();
  return zoneMs === null ? utc : utc.slice(0, -1);
}

function bootIdentity() {
  return Math.random().toString(16).slice(2).padEnd(16, "0");
}

/** @param {number} low @param {number} high @param {number} value */
function between(low, high, value) {
  return Math.min(Math.max(value, low), high);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
