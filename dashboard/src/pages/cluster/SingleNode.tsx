import type { StandaloneStatus } from "../../api/types.ts";
import { rateText } from "../../format/figures.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Since } from "../../parts/Times.tsx";
import { Dependencies } from "./Dependencies.tsx";

/** A node that runs alone. */
export function SingleNode({ status }: { readonly status: StandaloneStatus }) {
  const { hostname, version, started_at, reports_per_second, dependencies } = status.node;
  return (
    <Panel title="Nodes" aside={status.message} flush>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Node</th>
              <th>Version</th>
              <th className="number">Up for</th>
              <th className="number">Reports</th>
              <th>Needs</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>{hostname}</td>
              <td>{version}</td>
              <td className="number">
                <Since at={started_at} />
              </td>
              <td className="number">{rateText(reports_per_second)}</td>
              <td>
                <Dependencies states={dependencies} />
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
