import type { Silence } from "../../api/types.ts";
import { kindNames } from "../../format/incident-words.ts";

/** What a silence is about: `Disk of db-01`, `everything tagged rack-7`. */
export function silenceText({ kind, machine_id, tag }: Silence["matcher"]): string {
  return [
    kind === null ? "Everything" : kindNames[kind],
    machine_id !== null && `of ${machine_id}`,
    tag !== null && `of machines tagged ${tag}`,
  ]
    .filter(Boolean)
    .join(" ");
}
