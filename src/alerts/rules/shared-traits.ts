import { isIPv4 } from "node:net";
import type { MachineFacts } from "../../fleet/watch/fleet-watch.js";
import type { SharedTrait } from "../incidents/incident-document.js";

/** So many of the machines must have it. */
const MOST = 0.8;
const MAX_SHOWN = 5;

/** What tells more about a common cause comes first. */
const order: readonly SharedTrait["trait"][] = ["subnet", "tag", "domain", "os"];

/** What most of the machines have in common: each with how many have it, what tells most first. */
export function sharedTraits(machines: readonly MachineFacts[]): SharedTrait[] {
  const counts = new Map<string, SharedTrait>();
  for (const machine of machines) {
    for (const { trait, value } of traitsOf(machine)) {
      const key = `${trait} ${value}`;
      counts.set(key, { trait, value, machines: (counts.get(key)?.machines ?? 0) + 1 });
    }
  }
  return [...counts.values()]
    .filter((trait) => trait.machines >= machines.length * MOST)
    .sort((a, b) => order.indexOf(a.trait) - order.indexOf(b.trait) || b.machines - a.machines)
    .slice(0, MAX_SHOWN);
}

function traitsOf({ name, tags, address, os }: MachineFacts): Pick<SharedTrait, "trait" | "value">[] {
  const domain = /^[^.\s]+\.([^\s]+\.[^.\s]+)$/.exec(name)?.[1];
  return [
    ...(address !== null && isIPv4(address)
      ? [{ trait: "subnet" as const, value: `${address.split(".").slice(0, 3).join(".")}.0/24` }]
      : []),
    ...[...new Set(tags)].map((value) => ({ trait: "tag" as const, value })),
    ...(domain === undefined || isIPv4(name) ? [] : [{ trait: "domain" as const, value: domain.toLowerCase() }]),
    ...(os === null ? [] : [{ trait: "os" as const, value: os }]),
  ];
}
