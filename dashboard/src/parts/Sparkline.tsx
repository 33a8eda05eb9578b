import { linePath } from "../format/line-path.ts";
import classes from "./Sparkline.module.css";

const WIDTH = 72;
const HEIGHT = 18;

/** The last half hour of a percentage at a glance; the number beside it says how much. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  return (
    <svg
      className={classes.sparkline}
      width={WIDTH}
      height={HEIGHT + 2}
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      aria-hidden="true"
    >
      <path d={linePath(values, { width: WIDTH, height: HEIGHT, top: 100 })} />
    </svg>
  );
}
