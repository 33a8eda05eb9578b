import { useCluster, useEvents, useHealthCheck } from "../../api/queries.ts";
import type { HealthCheck } from "../../api/types.ts";
import { backendName } from "../../format/backend-name.ts";
import { countOf, threeDigits } from "../../format/figures.ts";
import { useLive, useLiveInterest } from "../../live/LiveProvider.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { EventTable } from "../events/EventTable.tsx";
import classes from "./ClusterPage.module.css";
import { NodeTable } from "./NodeTable.tsx";
import { readinessWords } from "./readiness-words.ts";
import { SingleNode } from "./SingleNode.tsx";

/** The watcher itself: every node, and whether one may fail now. */
export function ClusterPage() {
  useLiveInterest({ nodes: true, events: true });
  const cluster = useCluster();
  const health = useHealthCheck();
  const { state, why, nodeId } = useLive();
  const events = useEvents({ kind: "node", limit: 50 });
  const isLive = state === "live";
  return (
    <>
      <PageHeader title="Cluster">
        <span className="muted">
          {isLive
            ? nodeId !== null && `This page is served by ${nodeId}.`
            : `${why ?? "The node that served this page is gone or silent. Looking for another one."} What is shown may be old.`}
        </span>
      </PageHeader>
      <div className={classes.page}>
        <Loaded query={health} what="The cluster’s health cannot be read">
          {(data) => <Readiness health={data} single={cluster.data?.enabled === false} />}
        </Loaded>
        <Loaded query={cluster} what="The nodes cannot be read">
          {(status) =>
            status.enabled ? (
              <NodeTable status={status} receivedAt={cluster.dataUpdatedAt} />
            ) : (
              <SingleNode status={status} />
            )
          }
        </Loaded>
        <Panel title="Events of nodes" flush>
          <Loaded query={events} what="The events cannot be read">
            {({ events: list }) =>
              list.length === 0 ? <Empty title="No node has come or gone yet" /> : <EventTable events={list} />
            }
          </Loaded>
        </Panel>
      </div>
    </>
  );
}

function Readiness({ health, single }: { readonly health: HealthCheck; readonly single: boolean }) {
  const { tone, words } = readinessWords(health, single);
  const { backend, sync } = health;
  return (
    <section className={classes.readiness} aria-label="Fail-over readiness">
      <div className={classes.words}>
        <StatusMark tone={tone}>
          <strong>{words}</strong>
        </StatusMark>
        {!single && tone !== "well" && <span className="muted">{health.failover.details}</span>}
      </div>
      <dl className={classes.facts}>
        {!single && (
          <div>
            <dt>Registry</dt>
            <dd>
              {backendName(backend.type)},{" "}
              {backend.connected ? `answers in ${threeDigits(backend.latency_ms)} ms` : "cannot be reached"}
            </dd>
          </div>
        )}
        {!single && (
          <div>
            <dt>Settings</dt>
            <dd>{sync.details}</dd>
          </div>
        )}
        <div>
          <dt>Sessions</dt>
          <dd>
            {sync.session_count === null ? (sync.error ?? "not counted") : countOf(sync.session_count, "session")}
          </dd>
        </div>
      </dl>
    </section>
  );
}
