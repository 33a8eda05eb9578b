import { readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./project-root.js";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

/** The dashboard that operators import, as it is. */
export const dashboard = JSON.parse(
  readFileSync(path.join(projectRoot, "config/grafana/fleet_cluster.json"), "utf8"),
) as Dashboard;

/** Those that show something: rows are but headings. */
export const panels = dashboard.panels.filter(({ type }) => type !== "row");

/** Every expression with the panel it belongs to, its variables replaced as Grafana does for all nodes of the job `fleet`. */
export const expressions = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({
    panel: title,
    expression: expr.replaceAll("$__rate_interval", "8s").replaceAll("$instance", ".*").replaceAll("$job", "fleet"),
  })),
);
