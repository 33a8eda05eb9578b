import { bounded } from "./plain-sentence.js";
import { type Letterhead, type Message, linkTo } from "./receiver.js";

const heads: Readonly<Record<Message["what"], string>> = { opened: "Opened", closed: "Closed", test: "Test" };

/** One line: `[Fleet] Opened, critical: web-01 has not reported for 2 minutes.` */
export function subjectOf({ what, incident }: Message, { organization }: Letterhead): string {
  const severity = what === "opened" ? `, ${incident.severity}` : "";
  return bounded(`[${organization}] ${heads[what]}${severity}: ${incident.summary}`, 250);
}

/** What a person has to know, a line each. */
export function linesOf(message: Message, letterhead: Letterhead): string[] {
  const { incident } = message;
  const link = linkTo(message, letterhead);
  return [
    bounded(incident.summary, 1000),
    ...(message.what === "test" ? [] : [`Severity: ${incident.severity}`, `Opened: ${incident.opened_at}`]),
    ...(incident.closed_at === null ? [] : [`Closed: ${incident.closed_at}`]),
    ...(link === null ? [] : [link]),
  ];
}
