import type { AlertsConfig } from "../config/config.module.js";

export type IncidentKind = NonNullable<AlertsConfig["receivers"][number]["kinds"]>[number];
export type Severity = AlertsConfig["receivers"][number]["min_severity"];
export type FigureKind = "cpu" | "memory" | "disk";

export const figureKinds = ["cpu", "memory", "disk"] as const satisfies readonly FigureKind[];

const ranks: Readonly<Record<Severity, number>> = { warning: 0, critical: 1 };

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return ranks[severity] >= ranks[least];
}
