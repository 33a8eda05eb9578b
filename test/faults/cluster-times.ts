/** Of the three nodes, as the bounds suppose them. */
export const HEARTBEAT_S = 1;
export const NODE_TIMEOUT_S = 3;

/** For a request that asks again, and the answer to it. */
const SLACK_S = 1;

/**
 * How long the cluster may show something that is no longer so: a node's time runs from its last heartbeat, as an observer
 * saw it with its own next one, and is found to be over with another.
 */
export const TRUTH_MS = (NODE_TIMEOUT_S + 2 * HEARTBEAT_S + SLACK_S) * 1_000;
