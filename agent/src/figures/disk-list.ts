import type { Systeminformation } from "systeminformation";

import type { DiskInfo } from "../report.js";
import { positive } from "./wire-figures.js";

// Live in memory, or are images of read-only packages that are always full.
const PSEUDO_TYPES = new Set([
  ...["tmpfs", "devtmpfs", "devfs", "ramfs", "rootfs", "squashfs", "cramfs", "erofs", "iso9660", "udf", "autofs"],
  ...["efivarfs", "proc", "sysfs", "cgroup", "cgroup2", "nsfs", "tracefs", "debugfs"],
]);

// Container engines mount these single files from the host's disk.
const CONTAINER_FILES = new Set(["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]);

// macOS keeps helper volumes beside the data volume; they share its space.
const MACOS_HELPER_VOLUME = /^\/System\/Volumes\/(?!Data$)/;

/**
 * The file systems worth watching: real ones, each device once at its shortest mount point, in bytes. An overlay is listed
 * only as the root, elsewhere it repeats the disk below it.
 */
export function diskList(mounted: Systeminformation.FsSizeData[]): DiskInfo[] {
  const real = mounted.filter(isReal).sort((a, b) => a.mount.length - b.mount.length);
  const byDevice = new Map<string, DiskInfo>();
  for (const one of real) {
    const total = positive(one.size);
    if (total === undefined || byDevice.has(one.fs)) continue;
    byDevice.set(one.fs, {
      device: one.fs,
      mountpoint: one.mount,
      fstype: one.type || undefined,
      total,
      used: Number.isFinite(one.used) ? one.used : undefined,
      free: Number.isFinite(one.available) ? one.available : undefined,
    });
  }
  return [...byDevice.values()];
}

function isReal(one: Systeminformation.FsSizeData): boolean {
  const type = one.type.toLowerCase();
  if (PSEUDO_TYPES.has(type) || CONTAINER_FILES.has(one.mount) || MACOS_HELPER_VOLUME.test(one.mount)) return false;
  return one.mount === "/" || (type !== "overlay" && type !== "aufs");
}
