import type { Machine } from "../../api/types.ts";
import { bytesText, countText, NONE, threeDigits } from "../../format/figures.ts";
import { numberAt, startedAt } from "../../format/machine-facts.ts";
import { Since } from "../../parts/Times.tsx";
import { UsageBar } from "../../parts/UsageBar.tsx";
import classes from "./CurrentFigures.module.css";

/** The newest report's figures, in place as they change. */
export function CurrentFigures({ machine }: { readonly machine: Machine }) {
  const { latest_metrics: metrics, info } = machine;
  const started = startedAt(machine);
  const cores = numberAt(info, "cpu_threads") ?? numberAt(info, "cpu_count") ?? numberAt(metrics, "cpu", "count");
  const load = [0, 1, 2].map((index) => threeDigits(numberAt(metrics, "cpu", "load_avg", index))).join("  ");
  const of = (used: number | null, total: number | null) =>
    used === null && total === null ? undefined : `${bytesText(used)} of ${bytesText(total)}`;
  return (
    <dl className={classes.figures} data-status={machine.status}>
      <Percent
        name="CPU"
        percent={numberAt(metrics, "cpu", "percent")}
        hint={cores === null ? undefined : `${cores} threads`}
      />
      <Percent
        name="Memory"
        percent={numberAt(metrics, "memory", "percent")}
        hint={of(
          numberAt(metrics, "memory", "used"),
          numberAt(metrics, "memory", "total") ?? numberAt(info, "total_memory"),
        )}
      />
      <Percent
        name="Disk"
        percent={numberAt(metrics, "disk", "percent")}
        hint={of(numberAt(metrics, "disk", "used"), numberAt(metrics, "disk", "total"))}
      />
      <div>
        <dt>Load</dt>
        <dd>{load}</dd>
        <dd className={classes.hint}>1, 5, 15 min</dd>
      </div>
      <div>
        <dt>Processes</dt>
        <dd>{countText(numberAt(metrics, "processes", "total"))}</dd>
      </div>
      <div>
        <dt>Up for</dt>
        <dd>{started === null ? NONE : <Since at={started} />}</dd>
      </div>
    </dl>
  );
}

interface PercentProps {
  readonly name: string;
  readonly percent: number | null;
  readonly hint: string | undefined;
}

function Percent({ name, percent, hint }: PercentProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <UsageBar percent={percent} label={name} />
      </dd>
      {hint !== undefined && <dd className={classes.hint}>{hint}</dd>}
    </div>
  );
}
