import { Link } from "react-router";
import { useCluster, useHealthCheck } from "../../api/queries.ts";
import { rateText } from "../../format/figures.ts";
import { HeartbeatAge } from "../../parts/HeartbeatAge.tsx";
import { CutName } from "../../parts/CutName.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { NodeStatusMark, StatusMark } from "../../parts/StatusMark.tsx";
import { Since } from "../../parts/Times.tsx";
import { readinessWords } from "../cluster/readiness-words.ts";
import classes from "./ClusterStrip.module.css";

/** The watcher itself: a tile for each node. */
export function ClusterStrip() {
  const cluster = useCluster();
  const health = useHealthCheck();
  return (
    <Panel title="Cluster" aside={health.data && readinessWords(health.data, cluster.data?.enabled === false).words}>
      <Loaded query={cluster} what="The cluster cannot be read">
        {(status) => (
          <div className={classes.tiles}>
            {status.enabled ? (
              status.nodes.map((node) => (
                <Link key={node.node_id} to="/cluster" className={classes.tile}>
                  <span className={classes.name}>
                    <CutName name={node.node_id} length={26} />
                  </span>
                  <NodeStatusMark status={node.status} />
                  <span className={classes.facts}>
                    <HeartbeatAge node={node} receivedAt={cluster.dataUpdatedAt} />
                    <span>{rateText(node.reports_per_second)}</span>
                  </span>
                </Link>
              ))
            ) : (
              <Link to="/cluster" className={classes.tile}>
                <span className={classes.name}>{status.node.hostname}</span>
                <StatusMark tone="well">Single node</StatusMark>
                <span className={classes.facts}>
                  <span>
                    up <Since at={status.node.started_at} />
                  </span>
                  <span>{rateText(status.node.reports_per_second)}</span>
                </span>
              </Link>
            )}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
