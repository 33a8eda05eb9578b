import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

import * as si from "systeminformation";

const LABEL = "fleet-agent machine id v1";

// The second place is where systems without systemd keep it.
const MACHINE_ID_FILES = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/**
 * Turns the operating system's secret-ish id into one that may be sent: a keyed SHA-256, as machine-id(5) asks of
 * applications, in the form of a version 8 UUID (RFC 9562). The same machine always gets the same id. `null` when `raw`
 * does not identify a machine (empty, "uninitialized", all zeros).
 */
export function privateMachineId(raw: string): string | null {
  const id = raw.replaceAll("-", "").trim().toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id) || /^(.)\1*$/.test(id)) return null;
  const bytes = createHmac("sha256", LABEL).update(id).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The machine id used when none is configured: from the operating system's own id, else the host name. */
export async function defaultMachineId(): Promise<string> {
  for (const raw of await operatingSystemIds()) {
    const id = privateMachineId(raw);
    if (id !== null) return id;
  }
  return hostname();
}

async function operatingSystemIds(): Promise<string[]> {
  // Not the hardware's id on Linux: every container of a host sees the same one.
  if (process.platform !== "linux") return [(await si.uuid()).os];
  return Promise.all(MACHINE_ID_FILES.map((file) => readFile(file, "utf8").catch(() => "")));
}
