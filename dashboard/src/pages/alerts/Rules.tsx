import type { Alerts } from "../../api/types.ts";
import { kindNames } from "../../format/incident-words.ts";
import { Panel } from "../../parts/Panel.tsx";
import { SeverityMark } from "../../parts/SeverityMark.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import { ruleText } from "./rule-words.ts";

/** When incidents are opened; the configuration says so. */
export function Rules({ alerts: { enabled, evaluated_at, rules, overrides } }: { readonly alerts: Alerts }) {
  return (
    <Panel title="Rules in effect" aside={<Look enabled={enabled} evaluatedAt={evaluated_at} />} flush>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Kind</th>
              <th>An incident opens</th>
              <th>Severity</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.kind}>
                <td>{kindNames[rule.kind]}</td>
                <td className={rule.enabled ? "" : "muted"}>{ruleText(rule)}</td>
                <td>{rule.enabled ? <SeverityMark severity={rule.severity} /> : <span className="muted">–</span>}</td>
              </tr>
            ))}
            {overrides.map((override) => (
              <tr key={`${override.tag} ${override.kind}`}>
                <td>
                  {kindNames[override.kind]} <span className="muted">of machines tagged {override.tag}</span>
                </td>
                <td className={override.enabled ? "" : "muted"}>{ruleText(override)}</td>
                <td className="muted">as above</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Look({ enabled, evaluatedAt }: { readonly enabled: boolean; readonly evaluatedAt: string | null }) {
  if (!enabled) return <StatusMark tone="warning">off: alerts.enabled</StatusMark>;
  if (evaluatedAt === null) return "not looked yet";
  return (
    <>
      last look <Ago at={evaluatedAt} />
    </>
  );
}
