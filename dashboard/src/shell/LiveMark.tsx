import { useLive } from "../live/LiveProvider.tsx";
import type { LiveState } from "../live/live-connection.ts";
import classes from "./LiveMark.module.css";

const words = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  stopped: "Not live",
} satisfies Record<LiveState, string>;

/** Whether what is on screen is as it is now. */
export function LiveMark() {
  const { state, why, nodeId } = useLive();
  const isPartly = state === "live" && why !== undefined;
  return (
    <span
      className={classes.mark}
      data-state={state}
      role="status"
      title={why ?? (nodeId === null ? undefined : `by ${nodeId}`)}
    >
      <span className={classes.dot} aria-hidden="true" />
      {isPartly ? "Partly live" : words[state]}
    </span>
  );
}
