import type { ClusterNode } from "../api/types.ts";
import { NONE } from "../format/figures.ts";
import { agoText } from "../format/times.ts";
import classes from "./HeartbeatAge.module.css";
import { useNow } from "./use-now.ts";

interface Props {
  readonly node: Pick<ClusterNode, "last_heartbeat" | "heartbeat_age_ms" | "status">;
  /** When the answer with the node came; milliseconds by this device's clock. */
  readonly receivedAt: number;
}

/**
 * When a node last showed that it lives, ticking; its mark beats with each heartbeat that is heard. Counted on from the
 * age that the server tells, because nodes' clocks may differ from each other and from this device's.
 */
export function HeartbeatAge({ node, receivedAt }: Props) {
  const { last_heartbeat: last, heartbeat_age_ms: age, status } = node;
  const text = useAgeText(age, receivedAt);
  if (last === null || age === null) return <span>{NONE}</span>;
  return (
    <span className={classes.age}>
      <span key={last} className={classes.beat} data-status={status} aria-hidden="true" />
      <span className="sr-only">heartbeat </span>
      {text}
    </span>
  );
}

function useAgeText(ageMs: number | null, receivedAt: number): string {
  // Only its tick is of use here: both times are this device's.
  useNow();
  return agoText(receivedAt - (ageMs ?? 0), Date.now());
}
