import { loggableName } from "../common/loggable-name.js";
import type { EventKind } from "./event-kinds.js";
import type { NewEvent } from "./new-event.js";

/** Somebody may have to do something about these. */
const warnings: ReadonlySet<EventKind> = new Set([
  "login.locked_out",
  "node.record_rejected",
  "node.mismatched",
  "node.inactive",
  "machine.id_conflict",
  "incident.opened",
  "notification.failed",
]);

export function isWarning(kind: EventKind): boolean {
  return warnings.has(kind);
}

/** An event in one line of the log: `login.failed: "alice" from "192.0.2.1"`, with its details as `name=value`. */
export function eventLine({ kind, subject, actor, address, details = {} }: NewEvent): string {
  const facts = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === "string" ? loggableName(value) : String(value)}`,
  );
  return [
    `${kind}: ${loggableName(subject)}`,
    ...(actor === undefined ? [] : [`by ${loggableName(actor)}`]),
    ...(address === undefined ? [] : [`from ${loggableName(address)}`]),
    ...facts,
  ].join(" ");
}
