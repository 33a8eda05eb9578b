import { Tooltip } from "@mantine/core";
import { memo } from "react";
import { countOf, countText, percentText } from "../format/figures.ts";
import { levelOf } from "../format/machine-facts.ts";
import classes from "./Histogram.module.css";

interface Props {
  readonly title: string;
  /** Machines per equal part of the range from 0 to 100 %. */
  readonly bins: readonly number[];
  readonly mean: number | null;
}

/**
 * How many machines lie in which part of a percentage. Its bars are on one scale of their own, from zero. Drawn again only
 * when it changes: its tooltips are most of the overview's work.
 */
export const Histogram = memo(function Histogram({ title, bins, mean }: Props) {
  const highest = Math.max(1, ...bins);
  const width = 100 / bins.length;
  const total = bins.reduce((sum, count) => sum + count, 0);
  const high = bins.reduce((sum, count, index) => sum + (index * width >= 90 ? count : 0), 0);
  return (
    <figure className={classes.histogram}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className="muted">mean {percentText(mean)}</span>
      </figcaption>
      <div
        className={classes.bars}
        role="img"
        aria-label={`${title}: ${countOf(total, "machine")}, mean ${percentText(mean)}, ${countText(high)} above 90%`}
      >
        {bins.map((count, index) => (
          <Tooltip
            key={index}
            label={`${index * width} to ${(index + 1) * width}%: ${countOf(count, "machine")}`}
            openDelay={100}
          >
            <span className={classes.slot}>
              <span
                className={classes.bar}
                data-level={levelOf(index * width + 0.1)}
                data-some={count > 0}
                style={{ height: `${(count / highest) * 100}%` }}
              />
            </span>
          </Tooltip>
        ))}
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>0%</span>
        <span>50%</span>
        <span>100%</span>
      </div>
    </figure>
  );
});
