import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.ts";
import type { Machine, MachineList, Overview } from "../api/types.ts";
import type { EventLists } from "./event-lists.ts";
import type { LiveMessage } from "./messages.ts";

/** Puts what the stream tells into what the pages show. Rows change in place and never move. */
export function applyMessage(queries: QueryClient, events: EventLists, message: LiveMessage): void {
  switch (message.type) {
    case "machines":
      for (const machine of message.data.machines) replaceMachine(queries, machine);
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
    case "events-missed":
      events.reread();
      return;
    case "nodes":
      queries.setQueryData(keys.cluster, message.data);
      return;
    case "hello":
    case "end":
      return;
  }
}

function replaceMachine(queries: QueryClient, machine: Machine): void {
  queries.setQueryData<Machine>(keys.machine(machine.machine_id), (known) => known && machine);
  queries.setQueriesData<MachineList>({ queryKey: keys.machineLists }, (list) => {
    const index = list?.machines.findIndex(({ machine_id }) => machine_id === machine.machine_id) ?? -1;
    const known = list?.machines[index];
    if (!list || !known) return list;
    const { trend } = known;
    return { ...list, machines: list.machines.with(index, trend ? { ...machine, trend } : machine) };
  });
}
