import type { HealthCheck } from "../../api/types.ts";
import type { Tone } from "../../parts/tone.ts";

/** How many nodes may fail now without anybody noticing, in plain words. */
export function readinessWords(health: HealthCheck, single: boolean): { readonly tone: Tone; readonly words: string } {
  const { failover, overall } = health;
  if (single) {
    return overall === "critical"
      ? { tone: "bad", words: "This node cannot do its work now" }
      : { tone: "unknown", words: "A single node: nobody takes over when it fails" };
  }
  if (!failover.ready) {
    return { tone: overall === "critical" ? "bad" : "warning", words: "No node may fail now" };
  }
  // What is left after one node has failed must still be able to lose one.
  if (failover.healthy_nodes > 2) {
    return { tone: "well", words: "Any one of these nodes can fail now; after it, one more" };
  }
  return { tone: "well", words: "Any one of these nodes can fail now; two cannot" };
}
