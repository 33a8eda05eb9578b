import type { ClusterNode } from "../api/types.ts";
import { NONE } from "../format/figures.ts";
import { agoText } from "../format/times.ts";
import classes from "./HeartbeatAge.module.css";
import { useNow } from "./use-now.ts";

/** When a node last showed that it lives, ticking; its mark beats with each heartbeat that is heard. */
export function HeartbeatAge({ node }: { readonly node: Pick<ClusterNode, "last_heartbeat" | "status"> }) {
  const now = useNow();
  const { last_heartbeat: last, status } = node;
  if (last === null) return <span>{NONE}</span>;
  return (
    <span className={classes.age}>
      <span key={last} className={classes.beat} data-status={status} aria-hidden="true" />
      <span className="sr-only">heartbeat </span>
      {agoText(Date.parse(last), now)}
    </span>
  );
}
