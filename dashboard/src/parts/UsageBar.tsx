import { NONE, percentText } from "../format/figures.ts";
import { levelOf } from "../format/machine-facts.ts";
import classes from "./UsageBar.module.css";

/** A percentage as a small bar with the number beside it; the fill has a colour only past the limits. */
export function UsageBar({ percent, label }: { readonly percent: number | null; readonly label: string }) {
  if (percent === null) return <span className={classes.none}>{NONE}</span>;
  const level = levelOf(percent);
  return (
    <span className={classes.usage} data-level={level}>
      <span className={classes.track} aria-hidden="true">
        <span className={classes.fill} style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
      </span>
      <span className={classes.number}>
        <span className="sr-only">{label} </span>
        {percentText(percent)}
        {level !== "well" && <span className="sr-only"> ({level === "critical" ? "critical" : "high"})</span>}
      </span>
    </span>
  );
}
