import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { isatty } from "node:tty";

/** What the configuration asks of the host it runs on. */
export interface HostFacts {
  readonly hostname: string;
  readonly machineId: string | undefined;
  /** Whether a person looks at standard output. */
  readonly terminal: boolean;
}

export function readHostFacts(): HostFacts {
  return { hostname: hostname() || "localhost", machineId: readMachineId(), terminal: isatty(1) };
}

/**
 * A name for a node that has none: the first label of its host name and 6 hex characters. They are derived, not drawn
 * and stored, because nothing on a node survives for certain (containers, read-only disks), and a node that came back
 * under another name would stand twice in the list. The machine id tells apart hosts that share a name, the port two
 * nodes on one host.
 */
export function deriveNodeId(hostName: string, machineId: string | undefined, port: number): string {
  const label = (hostName.split(".")[0] ?? "").replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 100) || "node";
  const digest = createHash("sha256")
    .update(JSON.stringify([hostName, machineId ?? null, port]))
    .digest("hex");
  return `${label}-${digest.slice(0, 6)}`;
}

/** The id that systemd gives a host at installation; other systems have none. */
function readMachineId(): string | undefined {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
