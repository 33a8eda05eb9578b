import type { Incident, IncidentKind, Severity } from "../api/types.ts";
import { countOf, countText, NONE, percentText } from "./figures.ts";
import { durationText } from "./times.ts";

export const kindNames = {
  machine_offline: "Machine offline",
  mass_offline: "Mass loss",
  cpu: "CPU",
  memory: "Memory",
  disk: "Disk",
  node_inactive: "Node inactive",
  settings_differ: "Settings differ",
  certificate: "Certificate",
} as const satisfies Record<IncidentKind, string>;

export const incidentKinds = Object.keys(kindNames) as IncidentKind[];

const nodeKinds: readonly IncidentKind[] = ["node_inactive", "settings_differ", "certificate"];

export function incidentPath(id: string): string {
  return `/alerts?incident=${encodeURIComponent(id)}`;
}

/** Where what an incident is about can be looked at. */
export function subjectPath({ kind, subject }: Pick<Incident, "kind" | "subject">): string {
  if (kind === "mass_offline") return "/machines?status=offline";
  return nodeKinds.includes(kind) ? "/cluster" : `/machine/${encodeURIComponent(subject)}`;
}

/** What people call it; a mass loss has no name. */
export function subjectText({ kind, subject_name, count }: Pick<Incident, "kind" | "subject_name" | "count">): string {
  return kind === "mass_offline" ? countOf(count ?? 0, "machine") : subject_name;
}

/** What is wrong, in a sentence whose figures stay on the line of their units. */
export function summaryText({ summary }: Pick<Incident, "summary">): string {
  return summary.replaceAll(/(\d) %/g, "$1\u00A0%");
}

type Measured = Pick<Incident, "kind" | "value" | "threshold" | "count">;

/** How much it was when it was told, and the limit: percent, the length of a silence, days; or machines that were lost by now. */
export function measureTexts({ kind, value, threshold, count }: Measured): {
  readonly value: string;
  readonly limit: string;
} {
  const text = measureText(kind);
  const figure = kind === "mass_offline" ? count : value;
  return { value: figure === null ? NONE : text(figure), limit: threshold === null ? NONE : text(threshold) };
}

function measureText(kind: IncidentKind): (figure: number) => string {
  if (kind === "machine_offline") return (seconds) => durationText(seconds * 1000);
  if (kind === "certificate") return (days) => countOf(days, "day");
  return kind === "mass_offline" ? (machines) => countOf(machines, "machine") : percentText;
}

/** Of a mass loss that is open: how many are gone still; what they share is in its summary. */
export function lossText({ count, missing, closed_at }: Pick<Incident, "count" | "missing" | "closed_at">): string {
  if (count === null || missing === null || closed_at !== null) return "";
  return `${countText(missing)} of ${countText(count)} still missing`;
}

interface Words {
  readonly tone: "well" | "warning" | "bad" | "unknown";
  readonly words: string;
}

export function severityWords(severity: Severity): Words {
  return severity === "critical" ? { tone: "bad", words: "Critical" } : { tone: "warning", words: "Warning" };
}

/** Who was told, in a few words; what went wrong comes first. */
export function deliveryWords({ deliveries, silenced }: Pick<Incident, "deliveries" | "silenced">): Words {
  const { pending, delivered, failed } = deliveries;
  const rest = delivered > 0 ? `, ${countText(delivered)} delivered` : "";
  if (failed > 0) return { tone: "bad", words: `${countText(failed)} failed${rest}` };
  if (pending > 0) return { tone: "warning", words: `${countText(pending)} pending${rest}` };
  if (delivered > 0) return { tone: "well", words: `${countText(delivered)} delivered` };
  return { tone: "unknown", words: silenced ? "Silenced" : "Nobody told" };
}

/** How many incidents are open and how bad the worst of them is; undefined while there are none. */
export function openWords(
  openCount: number,
  incidents: readonly Pick<Incident, "severity">[],
): { readonly tone: "warning" | "bad"; readonly words: string } | undefined {
  if (openCount === 0) return undefined;
  const isCritical = incidents.some(({ severity }) => severity === "critical");
  return { tone: isCritical ? "bad" : "warning", words: countOf(openCount, "open incident") };
}
