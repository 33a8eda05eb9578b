import { UnstyledButton } from "@mantine/core";
import classes from "./RangePicker.module.css";
import { type ChartRange, ranges } from "./ranges.ts";

export function RangePicker({
  range,
  show,
}: {
  readonly range: ChartRange;
  readonly show: (range: ChartRange) => void;
}) {
  return (
    <div role="group" aria-label="Range" className={classes.picker}>
      {ranges.map(({ name, label }) => (
        <UnstyledButton
          key={name}
          className={classes.choice}
          aria-pressed={range.name === name}
          onClick={() => show({ name })}
        >
          {label}
        </UnstyledButton>
      ))}
    </div>
  );
}
