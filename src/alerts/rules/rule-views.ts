import type { AlertsConfig, MachinesConfig } from "../../config/config.module.js";
import { figureKinds } from "../alert-kinds.js";
import type { OverrideView, RuleView } from "../alerts-answer.js";
import { RuleTable, offlineAfter } from "./rule-table.js";

/** The rules in effect as people see them. */
export function ruleViews(alerts: AlertsConfig, machines: MachinesConfig): RuleView[] {
  const { machine_offline, mass_loss, node_inactive, settings_differ, certificate } = alerts;
  return [
    {
      kind: "machine_offline",
      enabled: machine_offline.enabled,
      severity: machine_offline.severity,
      threshold: null,
      unit: null,
      for: offlineAfter(alerts, machines),
    },
    {
      kind: "mass_offline",
      enabled: machine_offline.enabled,
      severity: mass_loss.severity,
      threshold: mass_loss.at_least,
      unit: "machines",
      for: offlineAfter(alerts, machines),
    },
    ...figureKinds.map((kind): RuleView => {
      const { enabled, severity, above, for: seconds } = alerts[kind];
      return { kind, enabled, severity, threshold: above, unit: "percent", for: seconds };
    }),
    { kind: "node_inactive", ...heldFor(node_inactive) },
    { kind: "settings_differ", ...heldFor(settings_differ) },
    {
      kind: "certificate",
      enabled: certificate.enabled,
      severity: certificate.severity,
      threshold: certificate.days,
      unit: "days",
      for: 0,
    },
  ];
}

function heldFor({ enabled, severity, for: seconds }: AlertsConfig["node_inactive"]): Omit<RuleView, "kind"> {
  return { enabled, severity, threshold: null, unit: null, for: seconds };
}

/** What overrides say, complete with what they leave to the common limits. */
export function overrideViews(alerts: AlertsConfig, machines: MachinesConfig): OverrideView[] {
  const table = new RuleTable(alerts, machines);
  return alerts.overrides.flatMap((override) => {
    const { tag } = override;
    const limits = table.limitsFor([tag.toLowerCase()]);
    const figures = figureKinds
      .filter((kind) => override[kind] !== undefined)
      .map((kind): OverrideView => {
        const rule = limits[kind];
        const { above, for: seconds } = alerts[kind];
        return {
          tag,
          kind,
          enabled: rule !== null,
          threshold: rule?.above ?? above,
          for: rule ? rule.forMs / 1000 : seconds,
        };
      });
    if (override.machine_offline === undefined) return figures;
    const { offlineAfterMs } = limits;
    const offline: OverrideView = {
      tag,
      kind: "machine_offline",
      enabled: offlineAfterMs !== null,
      threshold: null,
      for: offlineAfterMs === null ? offlineAfter(alerts, machines) : offlineAfterMs / 1000,
    };
    return [offline, ...figures];
  });
}
