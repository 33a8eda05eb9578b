import type { IncidentKind } from "../alert-kinds.js";
import type { IncidentDocument } from "../incidents/incident-document.js";
import type { Incident } from "../incidents/incident.entity.js";
import type { LossWindow } from "../rules/judge-losses.js";
import type { Condition } from "./condition.entity.js";

type IncidentRow = Readonly<Pick<Incident, keyof Incident>>;

/** An open incident with its document. */
export interface OpenIncident {
  readonly row: IncidentRow;
  readonly document: IncidentDocument;
}

/** What an evaluation begins with. */
export interface Known {
  readonly now: number;
  readonly open: readonly OpenIncident[];
  readonly conditions: readonly Condition[];
}

/** The machines of a mass loss: those last seen between these times, inclusive, that have this limit. */
export interface LostGroup extends LossWindow {
  /** The silence in milliseconds after which they are called offline. */
  readonly limitMs: number;
}

/** An incident to be opened. */
export interface Opening extends Pick<Incident, "kind" | "severity" | "value" | "threshold"> {
  /** Null where the incident is its own subject. */
  readonly subject: string | null;
  readonly document: IncidentDocument;
  readonly loss?: LostGroup & { readonly count: number; readonly gathersUntil: number };
}

export interface Closing {
  readonly incident: OpenIncident;
  /** What is told, a sentence. */
  readonly summary: string;
}

type MassUpdate = Pick<Incident, "id" | "count" | "missing" | "lostTo"> & {
  /** Where it says something else than before. */
  readonly document?: IncidentDocument;
};

/** What an evaluation has found to be written. */
export interface Changes {
  readonly openings: Opening[];
  readonly closings: Closing[];
  readonly updates: MassUpdate[];
  /** Mass losses that have grown so much that those who were told are to be told once more. */
  readonly growths: OpenIncident[];
  readonly waits: Condition[];
  readonly forgets: Pick<Condition, "kind" | "subject">[];
}

export function noChanges(): Changes {
  return { openings: [], closings: [], updates: [], growths: [], waits: [], forgets: [] };
}

/** More open ones of a kind help nobody. */
const MAX_OPEN = 1000;

/** How many more of a kind may be opened, or waited for. */
export function roomFor(kind: IncidentKind, { open, conditions }: Known): number {
  const taken = open.filter(({ row }) => row.kind === kind).length;
  return MAX_OPEN - taken - conditions.filter((condition) => condition.kind === kind).length;
}

/** The machines of an open mass loss; null where it is an incident of another kind. */
export function lostGroup({ row: { lostFrom, lostTo, lostLimit } }: Pick<OpenIncident, "row">): LostGroup | null {
  if (lostFrom === null || lostTo === null || lostLimit === null) return null;
  return { from: lostFrom, to: lostTo, limitMs: lostLimit };
}
