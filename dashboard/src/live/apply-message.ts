import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.ts";
import type { Machine, MachineList, Overview } from "../api/types.ts";
import type { EventLists } from "./event-lists.ts";
import type { LiveMessage } from "./messages.ts";

/** Puts what the stream tells into what the pages show. Rows change in place and never move. */
export function applyMessage(queries: QueryClient, events: EventLists, message: LiveMessage): void {
  switch (message.type) {
    case "machines":
      replaceMachines(queries, message.data.machines);
      for (const id of message.data.removed) void queries.invalidateQueries({ queryKey: keys.machine(id) });
      if (message.data.removed.length > 0) void queries.invalidateQueries({ queryKey: keys.machineLists });
      return;
    case "summary": {
      const { total_machines, online, warning, offline } = message.data;
      queries.setQueryData(keys.summary, message.data);
      queries.setQueryData<Overview>(keys.overview, (known) =>
        known ? { ...known, total_machines, online, warning, offline } : known,
      );
      return;
    }
    case "event":
      events.add(message.data);
      return;
    case "nodes":
      queries.setQueryData(keys.cluster, message.data);
      return;
    case "hello":
    case "end":
      return;
  }
}

/** Each list once for the whole message: it is drawn again each time. */
function replaceMachines(queries: QueryClient, machines: readonly Machine[]): void {
  const changed = new Map(machines.map((machine) => [machine.machine_id, machine]));
  for (const [id, machine] of changed) queries.setQueryData<Machine>(keys.machine(id), (known) => known && machine);
  queries.setQueriesData<MachineList>({ queryKey: keys.machineLists }, (list) => {
    if (!list?.machines.some(({ machine_id }) => changed.has(machine_id))) return list;
    return { ...list, machines: list.machines.map((known) => replaced(known, changed.get(known.machine_id))) };
  });
}

/** The stream tells no trends. */
function replaced(known: Machine, machine: Machine | undefined): Machine {
  if (!machine) return known;
  return known.trend ? { ...machine, trend: known.trend } : machine;
}
