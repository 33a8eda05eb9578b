import type { AcceptedReport } from "../../src/fleet/store/fleet-store.js";

/** When the tests of stored reports take place, in milliseconds since 1970. */
export const NOW = 1_800_000_000_000;

/** A report that arrived so long before `NOW`, whose every document tells machines apart. */
export function report(machineId: string, secondsAgo: number, overrides: Partial<AcceptedReport> = {}): AcceptedReport {
  const at = NOW - secondsAgo * 1000;
  return {
    machineId,
    arrivedAt: at,
    sampledAt: at,
    repeatHash: null,
    encrypted: false,
    info: `{"hostname":"${machineId}"}`,
    infoHash: `info of ${machineId}`,
    hostname: machineId,
    hostnameHash: `hostname ${machineId}`,
    serialHash: `serial ${machineId}`,
    searchText: machineId.toLowerCase(),
    searchHashes: null,
    identity: null,
    metrics: `{"at":${at}}`,
    figures: { cpu: 10, memory: 20, disk: 30, load1: 0.5, bytesSent: 1, bytesReceived: 2, processes: 3 },
    ...overrides,
  };
}
