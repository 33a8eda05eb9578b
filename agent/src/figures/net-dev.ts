import type { NetworkFigures } from "../report.js";

/**
 * Sums /proc/net/dev (proc_pid_net(5)) over every interface except loopback: bytes and packets since boot. `null` when the
 * text is not such a table.
 */
export function parseNetDev(text: string): NetworkFigures | null {
  const [, header, ...lines] = text.split("\n");
  if (!header?.includes("|bytes")) return null;
  const sum = { bytes_sent: 0, bytes_recv: 0, packets_sent: 0, packets_recv: 0 };
  for (const line of lines) {
    // A name may hold a colon ("eth0:1"), figures never do.
    const split = line.lastIndexOf(":");
    if (split < 0 || line.slice(0, split).trim() === "lo") continue;
    const columns = line
      .slice(split + 1)
      .trim()
      .split(/ +/)
      .map(Number);
    const [bytesRecv, packetsRecv, , , , , , , bytesSent, packetsSent] = columns;
    if (!isCount(bytesRecv) || !isCount(packetsRecv) || !isCount(bytesSent) || !isCount(packetsSent)) return null;
    sum.bytes_recv += bytesRecv;
    sum.packets_recv += packetsRecv;
    sum.bytes_sent += bytesSent;
    sum.packets_sent += packetsSent;
  }
  return sum;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
