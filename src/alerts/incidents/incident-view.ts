import type { ToldIncident } from "./incident-answer.js";
import type { IncidentDocument } from "./incident-document.js";
import type { Incident } from "./incident.entity.js";

/** An incident as clients and receivers see it. */
export function toldIncident(incident: Omit<Incident, "document">, document: IncidentDocument): ToldIncident {
  return {
    id: incident.id,
    kind: incident.kind,
    severity: incident.severity,
    subject: incident.subject,
    subject_name: document.name === "" ? incident.subject : document.name,
    summary: document.summary,
    opened_at: isoTime(incident.openedAt),
    closed_at: incident.closedAt === null ? null : isoTime(incident.closedAt),
    value: incident.value,
    threshold: incident.threshold,
    count: incident.count,
    missing: incident.missing,
    shared: [...document.shared],
    silenced: incident.silenced,
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
