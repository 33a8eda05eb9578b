import type { IssuedStart } from "../../database/incarnations.js";
import type { NodeRecord, RejectionReason } from "../node-record.js";
import { type MembershipLimits, isTimely } from "./limits.js";

/** `unsure`: the observer missed some time and has not seen the node advance since. */
export type Verdict = "live" | "unsure" | "inactive";

/** What an observer holds of a node that did not advance: the time it has watched it be silent, and what follows. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly silenceMs: number;
}

export type NodeStatus = "active" | "draining" | "inactive" | "stopped" | "unknown";

/** A record seen for the first time is judged by its age on the backend's clock; nothing else is known of it. */
export function judgeFirstSight(ageMs: number, limits: MembershipLimits): Judgement {
  return { verdict: ageMs < limits.nodeTimeoutMs ? "live" : "inactive", silenceMs: ageMs };
}

/**
 * A node that has not advanced since the observer's last successful read, `gapMs` ago. Silence counts across timely
 * reads only; after a longer gap the watch over a node that was not yet inactive begins anew.
 */
export function judgeSilence(before: Judgement, gapMs: number, limits: MembershipLimits): Judgement {
  if (before.verdict === "inactive") return { verdict: "inactive", silenceMs: before.silenceMs + gapMs };
  if (!isTimely(gapMs, limits)) return { verdict: "unsure", silenceMs: 0 };
  const silenceMs = before.silenceMs + gapMs;
  return { verdict: silenceMs < limits.nodeTimeoutMs ? before.verdict : "inactive", silenceMs };
}

/** What the observer says of a node `sinceReadMs` after its last successful read. */
export function statusOf(
  verdict: Verdict,
  state: NodeRecord["state"],
  sinceReadMs: number,
  limits: MembershipLimits,
): NodeStatus {
  if (!isTimely(sinceReadMs, limits)) return "unknown";
  // It said so itself; that it is silent since is no news.
  if (state === "stopped") return "stopped";
  switch (verdict) {
    case "live":
      return state;
    case "unsure":
      return "unknown";
    case "inactive":
      return "inactive";
  }
}

/**
 * Whether a verified record is newer than the last one seen of its node, the same, or one that has had its time. `issued`
 * is what the database knew before the record was read: of a node that this observer has never seen, too.
 */
export function judgeProgress(
  record: Pick<NodeRecord, "incarnation" | "sequence">,
  lastSeen: Pick<NodeRecord, "incarnation" | "sequence"> | undefined,
  issued: IssuedStart | undefined,
): "advanced" | "unchanged" | Extract<RejectionReason, "incarnation" | "sequence"> {
  if (lastSeen?.incarnation === record.incarnation) {
    if (record.sequence === lastSeen.sequence) return "unchanged";
    if (record.sequence < lastSeen.sequence) return "sequence";
  }
  const newest = Math.max(lastSeen?.incarnation ?? 0, issued?.incarnation ?? 0);
  if (record.incarnation < newest) return "incarnation";
  return record.incarnation === issued?.incarnation && record.sequence < issued.sequence ? "sequence" : "advanced";
}
