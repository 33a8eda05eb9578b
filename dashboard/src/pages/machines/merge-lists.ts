import type { Machine, MachineList } from "../../api/types.ts";

/**
 * The list on screen with what a newer answer knows. Rows keep their places where the order follows figures that change
 * all the time: there the viewer asks for it anew. Such a list gains and loses rows only where it is shown whole.
 */
export function mergeLists(known: MachineList, fresh: MachineList, followsFigures: boolean): MachineList {
  const before = new Map(known.machines.map((machine) => [machine.machine_id, machine]));
  const rows = fresh.machines.map((machine) => newerOf(before.get(machine.machine_id), machine));
  return { ...fresh, machines: followsFigures ? inPlace(known, rows, fresh.next_cursor === null) : rows };
}

function inPlace(known: MachineList, rows: readonly Machine[], isWhole: boolean): Machine[] {
  const after = new Map(rows.map((machine) => [machine.machine_id, machine]));
  const isSameFleet = isWhole && known.next_cursor === null;
  const kept = known.machines
    .filter(({ machine_id }) => after.has(machine_id) || !isSameFleet)
    .map((machine) => after.get(machine.machine_id) ?? machine);
  for (const { machine_id } of kept) after.delete(machine_id);
  // A page that is full keeps its rows; others stand on the next ones.
  const room = Math.max(0, rows.length - kept.length);
  return [...kept, ...[...after.values()].slice(0, room)];
}

/** The stream may have told of a later report than the answer knows of, but tells no trends. */
function newerOf(known: Machine | undefined, fresh: Machine): Machine {
  if (!known || Date.parse(fresh.last_seen) >= Date.parse(known.last_seen)) return fresh;
  return fresh.trend ? { ...known, trend: fresh.trend } : known;
}
