/** A measured value in its base unit (bytes, seconds, percent). `undefined` leaves the JSON: absent, never zero. */
export type Figure = number | undefined;

/** One mounted file system, in bytes. */
export interface DiskInfo {
  device: string;
  mountpoint: string;
  fstype: string | undefined;
  total: number;
  used: Figure;
  free: Figure;
}

/** What seldom changes about a machine; sent with every report because the newest replaces the older one. */
export interface MachineInfo {
  hostname: string;
  os: string;
  os_version: string | undefined;
  architecture: string;
  processor: string | undefined;
  /** Physical cores. */
  cpu_count: Figure;
  /** Logical processors. */
  cpu_threads: Figure;
  total_memory: Figure;
  boot_time: string;
  local_ip: string | undefined;
  computer_name: string;
  serial_number: string | undefined;
  disks: DiskInfo[] | undefined;
  /** Another one after every start of the operating system; with the serial number it tells two machines of one id apart. */
  boot_id: string | undefined;
  /** The operator's own words and facts; absent where there are none. */
  tags: string[] | undefined;
  labels: Record<string, string> | undefined;
}

export interface MemoryFigures {
  total: Figure;
  available: Figure;
  used: Figure;
  percent: Figure;
}

export interface DiskFigures {
  total: number;
  used: number;
  free: number;
  percent: Figure;
}

/** Totals since boot over all interfaces except loopback. */
export interface NetworkFigures {
  bytes_sent: Figure;
  bytes_recv: Figure;
  packets_sent: Figure;
  packets_recv: Figure;
}

export interface BatteryFigures {
  percent: Figure;
  charging: boolean;
}

export interface Metrics {
  /** ISO 8601 in UTC with `Z`; with the machine id it identifies the report, so a repeat keeps it. */
  timestamp: string;
  /** Counts the reports of this run of the agent from 1, so that a gap in what arrived can be told from a pause. */
  sequence: number;
  uptime_seconds: Figure;
  cpu: { percent: Figure; load_avg: [number, number, number] | undefined; count: Figure; threads: Figure };
  memory: MemoryFigures | undefined;
  disk: DiskFigures | undefined;
  network: NetworkFigures | undefined;
  processes: { total: number } | undefined;
  /** `null`: the machine has no battery. */
  battery: BatteryFigures | null | undefined;
}

/** The body of `POST /api/fleet/report`. */
export interface Report {
  machine_id: string;
  machine_info: MachineInfo;
  metrics: Metrics;
}
