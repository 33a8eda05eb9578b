import type { ClusterNode, ClusterStatus } from "../../api/types.ts";
import { rateText } from "../../format/figures.ts";
import { CutName } from "../../parts/CutName.tsx";
import { HeartbeatAge } from "../../parts/HeartbeatAge.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { NodeStatusMark, StatusMark } from "../../parts/StatusMark.tsx";
import { Since } from "../../parts/Times.tsx";
import { Dependencies } from "./Dependencies.tsx";
import classes from "./NodeTable.module.css";

interface Props {
  readonly status: ClusterStatus;
  /** When this status came; milliseconds by this device's clock. */
  readonly receivedAt: number;
}

/** Every node that has not been forgotten yet. */
export function NodeTable({ status, receivedAt }: Props) {
  const { nodes, active_nodes, total_nodes } = status;
  return (
    <Panel title="Nodes" aside={`${active_nodes} of ${total_nodes} active`} flush>
      <div className="table-frame">
        <table className={`table ${classes.nodes}`}>
          <thead>
            <tr>
              <th>Status</th>
              <th>Node</th>
              <th>Version</th>
              <th className="number">Up for</th>
              <th>Heartbeat</th>
              <th className="number">Reports</th>
              <th>Needs</th>
              <th>Settings</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <Node
                key={node.node_id}
                node={node}
                receivedAt={receivedAt}
                versions={new Set(nodes.filter(isUp).map(({ version }) => version))}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function isUp({ status }: ClusterNode): boolean {
  return status === "active" || status === "draining";
}

interface NodeProps extends Pick<Props, "receivedAt"> {
  readonly node: ClusterNode;
  readonly versions: ReadonlySet<string>;
}

function Node({ node, versions, receivedAt }: NodeProps) {
  const up = isUp(node);
  return (
    <tr data-node={node.node_id} data-status={node.status} className={classes.node}>
      <td>
        <NodeStatusMark status={node.status} />
      </td>
      <td>
        <span className={classes.name}>
          <CutName name={node.node_id} length={34} />
        </span>
        <span className={classes.address}>
          <CutName name={node.url} length={44} />
        </span>
      </td>
      <td data-label="Version">
        {node.version}
        {versions.size > 1 && up && <span className={classes.address}>versions differ</span>}
      </td>
      <td className="number" data-label="Up for">
        {up ? <Since at={node.started_at} /> : "–"}
      </td>
      <td data-label="Heartbeat">
        <HeartbeatAge node={node} receivedAt={receivedAt} />
      </td>
      <td className="number" data-label="Reports">
        {up ? rateText(node.reports_per_second) : "–"}
      </td>
      <td data-label="Needs">{up ? <Dependencies states={node.dependencies} /> : "–"}</td>
      <td data-label="Settings">
        {node.config_mismatch.length === 0 ? (
          <span className="muted nowrap">{up ? "as the others" : "–"}</span>
        ) : (
          <StatusMark tone="warning">
            <span className={classes.differing}>differs in {node.config_mismatch.join(", ")}</span>
          </StatusMark>
        )}
      </td>
    </tr>
  );
}
