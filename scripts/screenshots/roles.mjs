const DEBIAN = ["Debian GNU/Linux", "Debian GNU/Linux 12 (bookworm)"];
const UBUNTU = ["Ubuntu", "Ubuntu 24.04.1 LTS"];

/**
 * What machines of a hosting company do, and how busy that keeps them: `share` of the fleet, `load` the part of their CPU that
 * they use around the clock and `swing` what the day adds, `memory` and `disk` around these percents.
 */
const roles = [
  { name: "web", share: 0.26, load: 12, swing: 40, memory: 42, disk: 34, cores: 8, system: UBUNTU },
  { name: "app", share: 0.22, load: 18, swing: 38, memory: 58, disk: 41, cores: 16, system: UBUNTU },
  { name: "db", share: 0.1, load: 22, swing: 30, memory: 74, disk: 66, cores: 32, system: DEBIAN },
  { name: "cache", share: 0.08, load: 9, swing: 18, memory: 79, disk: 15, cores: 8, system: DEBIAN },
  { name: "queue", share: 0.05, load: 14, swing: 22, memory: 48, disk: 52, cores: 8, system: DEBIAN },
  { name: "k8s", share: 0.14, load: 28, swing: 34, memory: 63, disk: 47, cores: 32, system: UBUNTU },
  { name: "ci", share: 0.05, load: 30, swing: 45, memory: 50, disk: 61, cores: 16, system: UBUNTU },
  { name: "mail", share: 0.04, load: 6, swing: 12, memory: 38, disk: 58, cores: 4, system: DEBIAN },
  { name: "backup", share: 0.03, load: 4, swing: 8, memory: 24, disk: 76, cores: 4, system: DEBIAN },
  { name: "dns", share: 0.03, load: 3, swing: 5, memory: 19, disk: 12, cores: 2, system: DEBIAN },
];
const sites = ["fra", "ams", "lon", "nyc", "sfo", "sgp"];

/** @typedef {(typeof roles)[number]} Role */

/**
 * `count` places of a fleet: role, site and number of each machine.
 *
 * @param {number} count
 */
export function placesOf(count) {
  const places = roles.flatMap((role) => {
    const ofRole = Math.round(role.share * count);
    return Array.from({ length: ofRole }, (_, index) => ({
      role,
      site: sites[index % sites.length] ?? "fra",
      number: 1 + Math.floor(index / sites.length),
    }));
  });
  if (places.length !== count) throw new Error(`the shares of the roles make ${places.length} machines of ${count}`);
  return places;
}

/** @param {{ role: Role, site: string, number: number }} place */
export function nameOf({ role, site, number }) {
  return `${role.name}-${String(number).padStart(2, "0")}.${site}`;
}
