import type { Severity } from "../alert-kinds.js";
import { bounded } from "./plain-sentence.js";
import { type Letterhead, type Message, linkTo } from "./receiver.js";

const heads: Readonly<Record<Message["what"], string>> = {
  opened: "Opened",
  updated: "Grown",
  closed: "Closed",
  test: "Test",
};
/** Of a digest the others are counted only. */
const MAX_NAMED = 20;

/** The worst of those it is about. */
export function severityOf({ incident, others }: Message): Severity {
  return [incident, ...others].some(({ severity }) => severity === "critical") ? "critical" : "warning";
}

/** One line: `[Fleet] Opened, critical: web-01 has not reported for 2 minutes.` */
export function subjectOf(message: Message, { organization }: Letterhead): string {
  const { what, incident, others } = message;
  const severity = what === "opened" || what === "updated" ? `, ${severityOf(message)}` : "";
  const many = others.length > 0 ? `${others.length + 1} incidents, the first: ` : "";
  return bounded(`[${organization}] ${heads[what]}${severity}: ${many}${incident.summary}`, 250);
}

/** What a person has to know, a line each. */
export function linesOf(message: Message, letterhead: Letterhead): string[] {
  const { incident, others } = message;
  const link = linkTo(message, letterhead);
  const named = [incident, ...others].slice(0, MAX_NAMED);
  const unnamed = others.length + 1 - named.length;
  return [
    ...named.map(({ summary }) => bounded(summary, 1000)),
    ...(unnamed > 0 ? [`And ${unnamed} more.`] : []),
    ...(message.what === "test" ? [] : [`Severity: ${severityOf(message)}`, `Opened: ${openedAt(message)}`]),
    ...(incident.closed_at === null ? [] : [`Closed: ${incident.closed_at}`]),
    ...(link === null ? [] : [link]),
  ];
}

function openedAt({ incident, others }: Message): string {
  const times = [incident, ...others].map(({ opened_at }) => opened_at).toSorted();
  const [first = "", last = first] = [times[0], times.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}
