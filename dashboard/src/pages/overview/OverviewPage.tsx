import { Skeleton } from "@mantine/core";
import { useCluster, useOverview } from "../../api/queries.ts";
import type { AnyClusterStatus, Overview } from "../../api/types.ts";
import { countText, rateText } from "../../format/figures.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { AddMachine } from "../../parts/AddMachine.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Histogram } from "../../parts/Histogram.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { BigNumber } from "./BigNumber.tsx";
import { ClusterStrip } from "./ClusterStrip.tsx";
import { LastHour } from "./LastHour.tsx";
import { NeedsAttention } from "./NeedsAttention.tsx";
import classes from "./OverviewPage.module.css";

/** Is my fleet well, and is the watcher itself well? */
export function OverviewPage() {
  useLiveInterest({ fleet: true, nodes: true });
  const overview = useOverview();
  const cluster = useCluster();
  return (
    <>
      <PageHeader title="Overview" />
      <Loaded query={overview} what="The overview cannot be read" skeleton={<OverviewSkeleton />}>
        {(data) => (
          <div className={classes.page}>
            <BigNumbers overview={data} cluster={cluster.data} />
            <ClusterStrip />
            {data.total_machines === 0 ? (
              <Panel title="No machines yet">
                <Empty title="Add the first machine">
                  <AddMachine />
                </Empty>
              </Panel>
            ) : (
              <>
                <Panel title="How busy the machines are" aside="machines that report, by use">
                  <div className={classes.histograms}>
                    <Histogram title="CPU" bins={data.distribution.cpu} mean={data.means.cpu} />
                    <Histogram title="Memory" bins={data.distribution.memory} mean={data.means.memory} />
                    <Histogram title="Disk" bins={data.distribution.disk} mean={data.means.disk} />
                  </div>
                </Panel>
                <div className={classes.columns}>
                  <NeedsAttention overview={data} />
                  <LastHour machines={data.total_machines} />
                </div>
              </>
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}

function BigNumbers({
  overview,
  cluster,
}: {
  readonly overview: Overview;
  readonly cluster: AnyClusterStatus | undefined;
}) {
  const { total_machines, online, warning, offline } = overview;
  return (
    <div className={classes.numbers}>
      <BigNumber name="Online" value={countText(online)} tone="well" of={total_machines} to="/machines?status=online" />
      <BigNumber
        name="Warning"
        value={countText(warning)}
        tone={warning > 0 ? "warning" : undefined}
        hint="late with their reports"
        to="/machines?status=warning"
      />
      <BigNumber
        name="Offline"
        value={countText(offline)}
        tone={offline > 0 ? "bad" : undefined}
        hint="no longer report"
        to="/machines?status=offline"
      />
      <BigNumber name="Reports" value={rateText(cluster && reportRate(cluster))} hint="taken by all nodes" />
    </div>
  );
}

/** Reports per second that all nodes take; null where none of them tells. */
function reportRate(cluster: AnyClusterStatus): number | null {
  const nodes = cluster.enabled ? cluster.nodes.filter(({ status }) => status === "active") : [cluster.node];
  const rates = nodes.flatMap(({ reports_per_second: rate }) => (rate === null ? [] : [rate]));
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

function OverviewSkeleton() {
  return (
    <div className={classes.page}>
      <div className={classes.numbers}>
        {Array.from({ length: 4 }, (_, index) => (
          <Skeleton key={index} height={96} />
        ))}
      </div>
      <Skeleton height={196} />
      <Skeleton height={320} />
    </div>
  );
}
