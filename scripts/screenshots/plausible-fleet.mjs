import { Simulator } from "../../bench/simulator/simulator.mjs";
import { apiKey, keys } from "../../bench/support/fleet-node.mjs";
import { PlausibleMachine } from "./plausible-machine.mjs";
import { nameOf, placesOf } from "./roles.mjs";

const MACHINES = 2_000;
const INTERVAL_MS = 20_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The machine that has a page in the pictures. */
export const FEATURED = "db-03.fra";

/** @type {Readonly<Record<string, import("./plausible-machine.mjs").Trouble>>} */
const troubles = {
  "app-17.lon": { cpu: 98 },
  "ci-04.ams": { cpu: 96.5 },
  "k8s-22.nyc": { cpu: 93 },
  "cache-09.sgp": { memory: 97 },
  "db-14.ams": { memory: 92 },
  "backup-05.fra": { disk: 97.4 },
  "db-21.nyc": { disk: 94 },
  "mail-08.lon": { disk: 91.5 },
};

/** How long ago these were heard of last. */
export const offline = new Map([
  ["web-31.sfo", 7 * MINUTE_MS],
  ["k8s-09.ams", 24 * MINUTE_MS],
  ["app-48.sgp", 3 * HOUR_MS],
  ["ci-11.fra", 26 * HOUR_MS],
  ["dns-02.nyc", 9 * 24 * HOUR_MS],
]);

/** Those that joined of late, and how long ago. */
export const joined = new Map([
  ["k8s-46.fra", 12 * MINUTE_MS],
  ["k8s-47.lon", 13 * MINUTE_MS],
]);

/** These report so rarely that some of them are always late. */
const late = ["web-12.fra", "app-25.ams", "queue-07.lon", "k8s-31.sfo", "web-40.sgp", "mail-03.nyc"];
const LATE_INTERVAL_MS = 110_000;

/**
 * A fleet and what sends its reports, through the load balancer, until it is stopped.
 *
 * @param {string} url of the load balancer
 */
export function makeFleet(url) {
  const nowMs = Date.now();
  const machines = placesOf(MACHINES).map(
    (place, index) => new PlausibleMachine(index, { place, nowMs, trouble: troubles[nameOf(place)] }),
  );
  const names = new Set(machines.map(({ id }) => id));
  for (const name of [FEATURED, ...Object.keys(troubles), ...offline.keys(), ...joined.keys(), ...late])
    if (!names.has(name)) throw new Error(`there is no machine ${name} in a fleet of ${MACHINES}`);
  const simulator = new Simulator({
    urls: [url],
    apiKey,
    machines: MACHINES,
    intervalMs: INTERVAL_MS,
    encryptionKey: keys.payload,
    exactClocks: true,
    resend: true,
    connections: 20,
    onMade: ({ machineId, atMs }) => {
      const entry = simulator.fleet.find(({ machine }) => machine.id === machineId);
      if (entry && late.includes(machineId)) entry.quietUntil = atMs + LATE_INTERVAL_MS;
    },
  });
  simulator.fleet = machines.map((machine) => ({
    machine,
    // Those that will be late are so at different times.
    quietUntil: offline.has(machine.id) ? Infinity : nowMs + late.indexOf(machine.id) * INTERVAL_MS,
  }));
  return { machines, simulator };
}
