import { type NodeStatus, statusOf } from "../../../src/cluster/membership/judge.js";
import {
  type ClusterView,
  type Observation,
  type Reading,
  emptyView,
  observe,
} from "../../../src/cluster/membership/observe.js";
import type { IssuedStart } from "../../../src/database/incarnations.js";
import { type NodeRecord, openRecord } from "../../../src/cluster/node-record.js";
import { clusterSeal, forgersSeal, registryEntry, strangersSeal } from "./records.js";

const limits = { heartbeatIntervalMs: 10_000, nodeTimeoutMs: 30_000, forgetAfterMs: 100_000 };

/** One observer, whose readings take place at the moments a test says (seconds). */
class Observer {
  view: ClusterView;
  last: Observation | undefined;
  readonly issued = new Map<string, IssuedStart>();

  constructor(
    private readonly beganAt = 0,
    private readonly wallMs: (monotonicMs: number) => number = (ms) => 1_800_000_000_000 + ms,
  ) {
    this.view = emptyView(this.moment(beganAt));
  }

  read(atSeconds: number, ...entries: ReturnType<typeof registryEntry>[]): this {
    const reading: Reading = {
      at: this.moment(atSeconds),
      issued: this.issued,
      database: "ours",
      entries: entries.map(({ nodeId, record, ageMs }) => ({
        nodeId,
        ageMs,
        opened: openRecord(record, nodeId, clusterSeal),
      })),
    };
    this.last = observe(this.view, reading, limits);
    this.view = this.last.view;
    return this;
  }

  /** What it says of node `b` that many seconds after its last reading; undefined where it does not list it. */
  status(secondsLater = 0): NodeStatus | undefined {
    const node = this.view.nodes.get("b");
    return node && statusOf(node.verdict, node.record.state, secondsLater * 1000, limits);
  }

  private moment(atSeconds: number) {
    return { monotonicMs: atSeconds * 1000, wallMs: this.wallMs(atSeconds * 1000) };
  }
}

const b = (sequence: number, members: Partial<NodeRecord> = {}, ageMs = 0) =>
  registryEntry({ node_id: "b", sequence, ...members }, ageMs);

describe("an observer", () => {
  it("shows a killed node inactive after the node time-out, and not before", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2));
    expect(observer.read(20, b(2)).status()).toBe("active");
    expect(observer.read(30, b(2)).status()).toBe("active");
    expect(observer.read(39.9, b(2)).status()).toBe("active");
    expect(observer.read(40, b(2)).status()).toBe("inactive");
  });

  it("counts the silence of a node whose record vanished like any other", () => {
    const observer = new Observer().read(0, b(1)).read(10).read(20);
    expect(observer.status()).toBe("active");
    expect(observer.read(30).status()).toBe("inactive");
  });

  it("does not blame the others for having been frozen itself", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2));
    expect(observer.status(300)).toBe("unknown");
    expect(observer.read(310, b(2)).status()).toBe("unknown");
    expect(observer.read(320, b(3)).status()).toBe("active");
  });

  it("names a node that died while it was frozen after a full time-out of its own watch", () => {
    const observer = new Observer().read(0, b(1)).read(310, b(1)).read(320, b(1)).read(330, b(1));
    expect(observer.status()).toBe("unknown");
    expect(observer.read(340, b(1)).status()).toBe("inactive");
  });

  it("judges nobody while it is cut off from the registry", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2));
    expect(observer.status(20)).toBe("active");
    expect(observer.status(20.1)).toBe("unknown");
  });

  it("keeps what it knew of a dead node while it was frozen", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(1)).read(20, b(1)).read(30, b(1));
    expect(observer.read(90, b(1)).status()).toBe("inactive");
  });

  it.each([
    ["a year ahead", (ms: number) => 1_800_000_000_000 + ms + (ms > 15_000 ? 31_536_000_000 : 0)],
    ["a year back", (ms: number) => 1_800_000_000_000 + ms - (ms > 15_000 ? 31_536_000_000 : 0)],
    ["nowhere, standing still", () => 1_800_000_000_000],
  ])("judges alike when its wall clock jumps %s", (_, wallMs) => {
    const observer = new Observer(0, wallMs).read(0, b(1)).read(10, b(2)).read(20, b(3));
    expect(observer.status()).toBe("active");
    expect(observer.read(30, b(3)).read(40, b(3)).status()).toBe("active");
    expect(observer.read(50, b(3)).status()).toBe("inactive");
  });

  it("does not care what the sender's clock says", () => {
    const observer = new Observer()
      .read(0, b(1, { sent_at: "2026-01-01T00:00:00Z" }))
      .read(10, b(2, { sent_at: "1970-01-01T00:00:00Z" }));
    expect(observer.status()).toBe("active");
    expect(observer.read(20, b(3, { sent_at: "2099-01-01T00:00:00Z" })).status()).toBe("active");
  });

  it("does not care for the backend's clock once it knows a node", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2, {}, 900_000));
    expect(observer.status()).toBe("active");
    expect(
      observer
        .read(20, b(2, {}, 0))
        .read(30, b(2, {}, 0))
        .read(40, b(2, {}, 0))
        .status(),
    ).toBe("inactive");
  });

  it("takes a restarted node back at once, under its next incarnation", () => {
    const observer = new Observer().read(0, b(7)).read(10, b(7)).read(20, b(7)).read(30, b(7));
    expect(observer.status()).toBe("inactive");
    expect(observer.read(40, b(1, { incarnation: 2 })).status()).toBe("active");
  });

  it("takes an inactive node back when it advances", () => {
    const observer = new Observer().read(0, b(7)).read(10, b(7)).read(20, b(7)).read(30, b(7));
    expect(observer.read(40, b(8)).status()).toBe("active");
  });

  it.each([
    { ageMs: 0, silentAt: 30, status: "active" },
    { ageMs: 25_000, silentAt: 5, status: "active" },
    { ageMs: 30_000, silentAt: 0, status: "inactive" },
  ] as const)("sees a record of $ageMs ms first as $status", ({ ageMs, silentAt, status }) => {
    const observer = new Observer().read(0, b(4, {}, ageMs));
    expect(observer.status()).toBe(status);
    for (let at = Math.min(10, silentAt); at < silentAt; at += 10) observer.read(at, b(4, {}, ageMs + at * 1000));
    expect(observer.read(silentAt, b(4, {}, ageMs + silentAt * 1000)).status()).toBe("inactive");
  });

  it("shows a draining node as draining while it beats, and as inactive when it dies draining", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2, { state: "draining" }));
    expect(observer.status()).toBe("draining");
    observer.read(20, b(2, { state: "draining" })).read(30, b(2, { state: "draining" }));
    expect(observer.read(40, b(2, { state: "draining" })).status()).toBe("inactive");
  });

  it("shows a stopped node as stopped at once and from then on", () => {
    const stopped = b(3, { state: "stopped" });
    const observer = new Observer().read(0, b(1)).read(10, stopped);
    expect(observer.status()).toBe("stopped");
    for (const at of [20, 30, 40, 50, 60]) observer.read(at, stopped);
    expect(observer.status()).toBe("stopped");
    expect(new Observer().read(0, b(3, { state: "stopped" }, 50_000)).status()).toBe("stopped");
  });

  it.each(["active", "stopped"] as const)("forgets a node that was last %s, and takes its record away", (state) => {
    const last = b(2, { state });
    const observer = new Observer().read(0, last);
    for (let at = 10; at < 100; at += 10) observer.read(at, last);
    expect(observer.status()).toBe(state === "active" ? "inactive" : "stopped");
    expect(observer.last?.forgotten).toEqual([]);
    expect(observer.read(100, last).status()).toBeUndefined();
    expect(observer.last?.forgotten).toEqual(["b"]);
  });

  it("does not list a node that had been forgotten before it began to look", () => {
    const observer = new Observer().read(0, b(2, {}, 100_000));
    expect(observer.status()).toBeUndefined();
    expect(observer.last?.forgotten).toEqual(["b"]);
  });

  it("remembers when a node was last seen to advance", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2)).read(20, b(2));
    expect(observer.view.nodes.get("b")?.advancedAt).toEqual({ monotonicMs: 10_000, wallMs: 1_800_000_010_000 });
    const later = new Observer().read(0, b(2, {}, 4_000));
    expect(later.view.nodes.get("b")?.advancedAt).toEqual({ monotonicMs: -4_000, wallMs: 1_799_999_996_000 });
  });
});

describe("a record that is not believed", () => {
  it("is never listed when it is forged", () => {
    const observer = new Observer().read(0, registryEntry({ node_id: "b" }, 0, forgersSeal));
    expect(observer.status()).toBeUndefined();
    expect(observer.last?.rejections).toEqual([{ nodeId: "b", reason: "signature", incarnation: 0 }]);
  });

  it("does not keep a dead node alive when one of its records is played again", () => {
    const observer = new Observer().read(0, b(1)).read(10, b(2)).read(20, b(3));
    expect(observer.read(30, b(2)).last?.rejections).toEqual([{ nodeId: "b", reason: "sequence", incarnation: 1 }]);
    observer.read(40, b(1));
    expect(observer.read(50, b(2)).status()).toBe("inactive");
    expect(observer.view.nodes.get("b")?.record.sequence).toBe(3);
  });

  it("does not disturb a living node when it stands in its place for a moment", () => {
    const observer = new Observer().read(0, b(5)).read(10, b(2)).read(20, b(7));
    expect(observer.status()).toBe("active");
    expect(observer.last?.rejections).toEqual([]);
  });

  it("does not bring an earlier life back", () => {
    const observer = new Observer().read(0, b(1, { incarnation: 2 })).read(10, b(50, { incarnation: 1 }));
    expect(observer.last?.rejections).toEqual([{ nodeId: "b", reason: "incarnation", incarnation: 1 }]);
    expect(observer.view.nodes.get("b")?.record.incarnation).toBe(2);
  });

  it("is recognised by an observer that never saw the later life, from what the database issued", () => {
    const observer = new Observer();
    observer.issued.set("b", { incarnation: 2, sequence: 0 });
    observer.read(60, b(50, { incarnation: 1 }, 1_000));
    expect(observer.status()).toBeUndefined();
    expect(observer.last?.rejections).toEqual([{ nodeId: "b", reason: "incarnation", incarnation: 1 }]);
  });

  it("is no accusation where a node that restarts left it behind before the observer began to look", () => {
    const observer = new Observer(0);
    observer.issued.set("b", { incarnation: 2, sequence: 0 });
    observer.read(1, b(50, { incarnation: 1 }, 5_000));
    expect(observer.status()).toBeUndefined();
    expect(observer.last?.rejections).toEqual([]);
  });

  it("leaves the registry when it is as old as a forgotten node", () => {
    const foreign = (ageMs: number) => registryEntry({ node_id: "b" }, ageMs, forgersSeal);
    expect(new Observer().read(0, foreign(99_999)).last?.forgotten).toEqual([]);
    expect(new Observer().read(0, foreign(100_000)).last?.forgotten).toEqual(["b"]);
  });

  it("is not listed by an observer that has just started, however fresh somebody made it look", () => {
    const observer = new Observer();
    observer.issued.set("b", { incarnation: 1, sequence: 40 });
    observer.read(60, b(39));
    expect(observer.status()).toBeUndefined();
    expect(observer.last?.rejections).toEqual([{ nodeId: "b", reason: "sequence", incarnation: 1 }]);
    expect(observer.read(70, b(40)).status()).toBe("active");
  });
});

describe("a record of another database", () => {
  const theirs = (sequence: number, members: Partial<NodeRecord> = {}) =>
    b(sequence, { fingerprints: { database: "theirs" }, ...members });

  it("does not take the place of a node of ours, whatever its numbers say", () => {
    const observer = new Observer().read(0, b(1, { fingerprints: { database: "ours" } }));
    observer.read(10, theirs(5, { incarnation: 9 }));
    expect(observer.last?.rejections).toEqual([{ nodeId: "b", reason: "database", incarnation: 9 }]);
    expect([...observer.view.strangers.keys()]).toEqual(["b"]);
    expect(observer.view.nodes.get("b")?.record.incarnation).toBe(1);
    expect(observer.read(20, b(2, { fingerprints: { database: "ours" } })).status()).toBe("active");
    expect(observer.view.strangers.size).toBe(0);
  });

  it("is listed where its signature is right and its node id is new, so that the difference can be named", () => {
    expect(new Observer().read(0, theirs(1)).status()).toBe("active");
  });

  it("is a stranger's where the signature cannot be verified", () => {
    const observer = new Observer().read(60, registryEntry({ node_id: "b" }, 3_000, strangersSeal));
    expect(observer.status()).toBeUndefined();
    expect([...observer.view.strangers]).toEqual([["b", 3_000]]);
  });
});
