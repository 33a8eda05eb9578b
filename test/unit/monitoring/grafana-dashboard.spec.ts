import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { dashboard, expressions, panels } from "../../support/grafana-dashboard.js";
import { projectRoot } from "../../support/project-root.js";
import { ALERTS_FILE } from "../../support/prometheus.js";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const rules = (parse(readFileSync(ALERTS_FILE, "utf8")) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const alertNames = rules.map(({ alert }) => alert);

/** The signals that the guide names, by their metric. */
const signals = {
  "active nodes": "fleet_cluster_nodes",
  "heartbeat age": "fleet_cluster_heartbeat_age_seconds",
  "response time": "fleet_http_request_duration_seconds_bucket",
  "error rate": "fleet_http_request_duration_seconds_count",
  "session count": "fleet_sessions_active",
};

describe("the dashboard for Grafana", () => {
  it("can be imported anywhere: it has a name of its own and asks for the source of its data", () => {
    expect(dashboard.uid).toBe("fleet-cluster");
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(dashboard.templating.list.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "datasource: datasource",
      "job: query",
      "instance: query",
    ]);
    for (const { datasource } of panels) expect(datasource).toEqual({ type: "prometheus", uid: "${datasource}" });
  });

  it.each(panels)("says which question $title answers, in which unit, and what is what", (panel) => {
    expect(panel.description).toMatch(/^Answers: .+\?/);
    expect(panel.fieldConfig?.defaults.unit).toMatch(/./);
    expect(panel.targets?.length).toBeGreaterThan(0);
    if (panel.type !== "table") for (const { legendFormat } of panel.targets ?? []) expect(legendFormat).toMatch(/./);
  });

  it("puts no panel upon another", () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it("names the alerts that there are, each of them", () => {
    const named = new Set(panels.flatMap(({ description = "" }) => description.match(/Fleet[A-Z]\w+/g) ?? []));
    expect([...named].sort()).toEqual([...alertNames].sort());
  });
});

describe("each of the five signals", () => {
  it.each(Object.entries(signals))("%s has a panel and an alert", (_signal, metric) => {
    expect(expressions.filter(({ expression }) => expression.includes(metric))).not.toEqual([]);
    expect(rules.filter(({ expr }) => expr.includes(metric))).not.toEqual([]);
  });
});

describe("the alerts", () => {
  it("all stand in the operations manual", () => {
    const manual = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8");
    expect(alertNames.filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(rules)("say what is wrong and how bad it is: $alert", ({ labels, annotations }) => {
    expect(["warning", "critical"]).toContain(labels.severity);
    expect(annotations.summary).toContain("$labels.");
    expect(annotations.description).toMatch(/\.$/);
  });
});
