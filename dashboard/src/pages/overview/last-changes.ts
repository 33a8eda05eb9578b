import type { FleetEvent, Machine } from "../../api/types.ts";

export type Change =
  | { readonly key: string; readonly machine: Machine; readonly event?: never }
  | { readonly key: string; readonly event: FleetEvent; readonly machine?: never };

const SHOWN = 10;
/** Logins come and go all day; what failed among them is told. */
const quiet = new Set(["login.succeeded", "logout"]);

/** New machines and events since `sinceMs`, newest first. */
export function lastChanges(
  events: readonly FleetEvent[],
  newest: readonly Machine[],
  sinceMs: number,
): readonly Change[] {
  const changes = [
    ...events
      .filter(({ kind }) => !quiet.has(kind))
      .map((event) => ({ at: Date.parse(event.at), change: { key: `event ${event.id}`, event } })),
    ...newest.map((machine) => ({
      at: Date.parse(machine.first_seen),
      change: { key: `machine ${machine.machine_id}`, machine },
    })),
  ];
  return changes
    .filter(({ at }) => at >= sinceMs)
    .sort((a, b) => b.at - a.at)
    .slice(0, SHOWN)
    .map(({ change }) => change);
}
