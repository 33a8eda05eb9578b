import type { StatsFs } from "node:fs";
import type { NetworkInterfaceInfo } from "node:os";

import type { Systeminformation } from "systeminformation";

import type { BatteryFigures, DiskFigures, Figure, MemoryFigures, NetworkFigures } from "../report.js";

/** A number as it goes out: two decimals are enough for percent and seconds. Not a finite number: absent. */
export function rounded(value: number | null | undefined): Figure {
  return Number.isFinite(value) ? Math.round(Number(value) * 100) / 100 : undefined;
}

/** For sizes and counts that cannot be zero: the library says 0 or NaN where it could not read them. */
export function positive(value: number | null | undefined): Figure {
  return Number.isFinite(value) && Number(value) > 0 ? Number(value) : undefined;
}

/** Memory in bytes; used is what is not available to programs, so that caches do not look like load. */
export function memoryFigures(mem: Pick<Systeminformation.MemData, "total" | "available">): MemoryFigures | undefined {
  const total = positive(mem.total);
  if (total === undefined) return undefined;
  const available = Number.isFinite(mem.available) && mem.available >= 0 ? mem.available : undefined;
  const used = available === undefined ? undefined : Math.max(0, total - available);
  return { total, available, used, percent: used === undefined ? undefined : rounded((used / total) * 100) };
}

/** One file system in bytes, as df(1) sees it: free is what unprivileged users get, percent is used / (used + free). */
export function diskFigures(fs: Pick<StatsFs, "bsize" | "blocks" | "bfree" | "bavail">): DiskFigures | undefined {
  const total = positive(fs.blocks * fs.bsize);
  if (total === undefined) return undefined;
  const used = (fs.blocks - fs.bfree) * fs.bsize;
  const free = fs.bavail * fs.bsize;
  return { total, used, free, percent: used + free > 0 ? rounded((used / (used + free)) * 100) : undefined };
}

/** Sums the library's interface figures, which have no packet counts; absent when there is nothing to sum. */
export function networkFigures(
  stats: Pick<Systeminformation.NetworkStatsData, "rx_bytes" | "tx_bytes">[],
): NetworkFigures | undefined {
  if (stats.length === 0) return undefined;
  const sum = (values: number[]): Figure => rounded(values.reduce((total, value) => total + value, 0));
  return {
    bytes_sent: sum(stats.map((one) => one.tx_bytes)),
    bytes_recv: sum(stats.map((one) => one.rx_bytes)),
    packets_sent: undefined,
    packets_recv: undefined,
  };
}

/** `null` for a machine without a battery. */
export function batteryFigures(
  battery: Pick<Systeminformation.BatteryData, "hasBattery" | "isCharging"> & { percent: number | null },
): BatteryFigures | null {
  if (!battery.hasBattery) return null;
  return { percent: rounded(battery.percent), charging: battery.isCharging };
}

const NO_SERIAL = new Set([
  ...["", "-", "0", "n/a", "none", "unknown", "invalid", "default string", "not specified", "not applicable"],
  ...["not available", "system serial number", "serial number", "to be filled by o.e.m."],
]);

/** The hardware's serial number; absent for the fillers that board makers leave in its place. */
export function serialNumber(serial: string | undefined): string | undefined {
  const text = (serial ?? "").trim();
  return NO_SERIAL.has(text.toLowerCase()) || /^(.)\1*$/.test(text) ? undefined : text;
}

/** The address others most likely reach this machine by: of the default route's interface, IPv4 before IPv6. */
export function localAddress(
  interfaces: NodeJS.Dict<Pick<NetworkInterfaceInfo, "address" | "family" | "internal">[]>,
  defaultInterface: string | undefined,
): string | undefined {
  const ofDefault = defaultInterface === undefined ? [] : (interfaces[defaultInterface] ?? []);
  const candidates = [...ofDefault, ...Object.values(interfaces).flatMap((one) => one ?? [])].filter(
    (one) => !one.internal && !/^(fe80:|169\.254\.)/i.test(one.address),
  );
  return (candidates.find((one) => one.family === "IPv4") ?? candidates[0])?.address;
}
