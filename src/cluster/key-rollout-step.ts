import type { NodeStatus } from "./membership/judge.js";

/** What decides with which database key this node seals. Keys stand for themselves by their ids. */
export interface RolloutView {
  /** The keys this node lists, in their order. */
  readonly listed: readonly string[];
  /** The one it seals with now; undefined where it stores readable text. */
  readonly sealing: string | undefined;
  /** The keys that were in use before the registry was read. */
  readonly inUse: ReadonlySet<string>;
  /** The lists of the other nodes that count; undefined of a node that does not tell its list. */
  readonly others: readonly (readonly string[] | undefined)[];
  /** Whether every node that is alive must have been seen by now. */
  readonly knowsEveryNode: boolean;
}

export type RolloutStep =
  | { readonly step: "stay" }
  /** Record that this key is in use; it seals nothing before the registry has been read once more. */
  | { readonly step: "bring into use"; readonly keyId: string }
  | { readonly step: "seal with"; readonly keyId: string };

/**
 * One step of a new key on its way into use: the first key that all nodes list is recorded as in use, and only a reading
 * of the registry that began after that lets this node seal with it. A node that starts publishes its list first and
 * reads the keys in use afterwards. So one of the two always sees the other, and nobody seals what another cannot open.
 */
export function nextRolloutStep({ listed, sealing, inUse, others, knowsEveryNode }: RolloutView): RolloutStep {
  const keyId = listed.find((id) => others.every((list) => list?.includes(id)));
  if (keyId === undefined || keyId === sealing) return { step: "stay" };
  if (inUse.has(keyId)) return { step: "seal with", keyId };
  return knowsEveryNode ? { step: "bring into use", keyId } : { step: "stay" };
}

/** A node that stopped is mostly being restarted, perhaps with the keys it had. */
const STOPPED_COUNTS_MS = 60_000;

/**
 * Whether a node's list counts. One that is inactive does not, or a dead node would hold a new key up until it is
 * forgotten; should it only be frozen, it stops when it wakes and finds a key in use that it does not list.
 */
export function listCounts(status: NodeStatus, heartbeatAgeMs: number): boolean {
  switch (status) {
    case "active":
    case "draining":
    case "unknown":
      return true;
    case "stopped":
      return heartbeatAgeMs < STOPPED_COUNTS_MS;
    case "inactive":
      return false;
  }
}
