import type { FleetEvent, Machine } from "../../api/types.ts";

/** Something that happened: an event of the log, a machine that is new, or several at once. */
export type Change = { readonly key: string; readonly at: string } & (
  | { readonly event: FleetEvent; readonly machine?: never; readonly machines?: never }
  | { readonly machine: Machine; readonly event?: never; readonly machines?: never }
  | { readonly machines: number; readonly event?: never; readonly machine?: never }
);

const SHOWN = 10;
/** More new machines than this are told in one line. */
const MACHINES_SHOWN = 3;
/** Logins come and go all day; what failed among them is told. */
const quiet = new Set(["login.succeeded", "logout"]);

/** New machines and events since `sinceMs`, newest first. */
export function lastChanges(
  events: readonly FleetEvent[],
  newest: readonly Machine[],
  sinceMs: number,
): readonly Change[] {
  const isRecent = (at: string) => Date.parse(at) >= sinceMs;
  const told = events
    .filter(({ kind, at }) => !quiet.has(kind) && isRecent(at))
    .map((event): Change => ({ key: `event ${event.id}`, at: event.at, event }));
  return [...told, ...newMachines(newest.filter(({ first_seen }) => isRecent(first_seen)))]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, SHOWN);
}

function newMachines(machines: readonly Machine[]): readonly Change[] {
  const [latest] = machines;
  if (latest && machines.length > MACHINES_SHOWN) {
    return [{ key: "machines", at: latest.first_seen, machines: machines.length }];
  }
  return machines.map((machine) => ({ key: `machine ${machine.machine_id}`, at: machine.first_seen, machine }));
}
