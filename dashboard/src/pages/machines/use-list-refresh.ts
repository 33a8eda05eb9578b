import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys.ts";
import { type MachineListQuery, readMachineList } from "../../api/queries.ts";
import type { MachineList } from "../../api/types.ts";
import { useCalmRereads } from "../../api/use-calm-rereads.ts";
import { mergeLists } from "./merge-lists.ts";

/** A list with room for more shows whoever joins at once. */
const ROOM_SOON_MS = 2_000;
const FULL_SOON_MS = 15_000;
/** Orders in which a machine keeps its place among the others. */
const calmOrders: readonly (string | undefined)[] = ["name", "first_seen"];

/**
 * Keeps what the stream does not tell of a list up to date: who joined or left, how many there are, and trends.
 * `count` is how many machines there are of the kind, by the stream.
 */
export function useListRefresh(query: MachineListQuery, list: MachineList | undefined, count: number | undefined) {
  const queries = useQueryClient();
  useCalmRereads({
    what: JSON.stringify(query),
    sign: count,
    soonMs: list?.next_cursor === null ? ROOM_SOON_MS : FULL_SOON_MS,
    read: async (signal) => {
      const fresh = await readMachineList(query, signal);
      const followsFigures = !calmOrders.includes(query.sort?.replace(/^-/, ""));
      queries.setQueryData<MachineList>(
        keys.machineList(query),
        (known) => known && mergeLists(known, fresh, followsFigures),
      );
    },
  });
}
