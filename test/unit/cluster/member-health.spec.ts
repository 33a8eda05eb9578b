import { judgeMembership } from "../../../src/cluster/member-health.js";

const cluster = { backend: "redis", node_timeout: 30 } as const;

describe("the health of a member", () => {
  it("is up while its last heartbeat is younger than the node time-out", () => {
    expect(judgeMembership(1_000, 1_000, cluster)).toEqual({ up: true });
    expect(judgeMembership(1_000, 30_999, cluster)).toEqual({ up: true });
  });

  it("is down, and says why, once the others must have given it up", () => {
    const reason = "The node has lost the cluster: its last heartbeat succeeded 30 s ago.";
    expect(judgeMembership(1_000, 31_000, cluster)).toEqual({ up: false, reason });
  });

  it("is down, and says why, before it has joined", () => {
    const reason = "The node has not joined the cluster: no heartbeat to its redis registry has succeeded yet.";
    expect(judgeMembership(undefined, 5_000, cluster)).toEqual({ up: false, reason });
  });
});
