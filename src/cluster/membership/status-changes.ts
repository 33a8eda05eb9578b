import type { NewEvent } from "../../events/new-event.js";
import type { Judgement, NodeStatus } from "./judge.js";

/** What is compared of a node before and after a reading. */
export interface NodeMoment {
  readonly status: NodeStatus;
  readonly verdict: Judgement["verdict"];
  readonly incarnation: number;
  readonly sequence: number;
}

/**
 * The event that a node's change is, if it is one. All observers of one silence name the same last heartbeat, so that it
 * is kept once, and a second silence of the same start is a second event. What a node says of itself (that it joined,
 * drains or has left) it notes itself.
 */
export function eventOfChange(nodeId: string, before: NodeMoment | undefined, now: NodeMoment): NewEvent | undefined {
  if (!before) return undefined;
  const { incarnation } = now;
  if (now.status === "inactive" && before.status !== "inactive") {
    return {
      kind: "node.inactive",
      subject: nodeId,
      details: { incarnation },
      onceKey: `node.inactive:${nodeId}:${incarnation}:${now.sequence}`,
    };
  }
  const isBack = before.status === "inactive" && now.verdict === "live" && before.incarnation === incarnation;
  if (!isBack || now.status === "stopped") return undefined;
  return {
    kind: "node.back",
    subject: nodeId,
    details: { incarnation },
    onceKey: `node.back:${nodeId}:${incarnation}:${before.sequence}`,
  };
}
