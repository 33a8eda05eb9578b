import type { IncidentKind, Severity } from "../alert-kinds.js";
import { type Standing, type Verdict, judgeCondition } from "../rules/judge-condition.js";
import { type Changes, type Known, type OpenIncident, roomFor } from "./changes.js";

/** What was found about one subject. */
export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly forMs: number;
  readonly severity: Severity;
  readonly value: number | null;
  readonly threshold: number | null;
  /** What is told at its opening; the subject's name is known then. */
  readonly opening: (name: string) => string;
  readonly closing: (name: string) => string;
}

/** Incidents to be opened once their subjects' names are known. */
export interface Due extends Finding {
  readonly kind: IncidentKind;
}

/**
 * Takes the findings about all subjects of a kind in: closes, waits and forgets, and resolves with what is to be opened.
 * What nothing was found about is gone.
 */
export function judgeAll(kind: IncidentKind, findings: readonly Finding[], known: Known, changes: Changes): Due[] {
  const open = new Map(known.open.filter(({ row }) => row.kind === kind).map((each) => [each.row.subject, each]));
  const waited = new Map(
    known.conditions.filter((condition) => condition.kind === kind).map(({ subject, since }) => [subject, since]),
  );
  const due: Due[] = [];
  let room = roomFor(kind, known);
  for (const finding of findings) {
    const { subject, verdict, forMs } = finding;
    const incident = open.get(subject);
    open.delete(subject);
    const since = waited.get(subject);
    waited.delete(subject);
    const standing: Standing = incident ? "open" : since === undefined ? "none" : { since };
    const step = judgeCondition(standing, verdict, forMs, known.now);
    if (step === "close" && incident)
      changes.closings.push({ incident, summary: finding.closing(incident.document.name) });
    if ((step === "wait" || (step === "open" && since === undefined)) && room-- <= 0) continue;
    if (step === "wait") changes.waits.push({ kind, subject, since: known.now });
    if (step === "forget" || (step === "open" && since !== undefined)) changes.forgets.push({ kind, subject });
    if (step === "open") due.push({ kind, ...finding });
  }
  for (const incident of open.values()) changes.closings.push({ incident, summary: gone(incident) });
  for (const subject of waited.keys()) changes.forgets.push({ kind, subject });
  return due;
}

function gone({ document: { name } }: OpenIncident): string {
  return `${name} is no longer watched.`;
}
