import type { Machine } from "../../../src/fleet/machines/machine-answer.js";
import type { MachinesService } from "../../../src/fleet/machines/machines.service.js";
import type { EventStream, StreamMessage } from "../../../src/stream/event-stream.js";
import { MachineFeed } from "../../../src/stream/machine-feed.js";
import type { Reader } from "../../../src/stream/reader.js";

/** A database with one machine, as the service reads it. */
class OneMachine {
  readonly id = "web-01";
  reportedAtMs = 0;
  nowMs = 0;
  isAway = false;
  questions = 0;

  readonly service = {
    some: () => {
      this.questions += 1;
      return this.isAway ? Promise.reject(new Error("away")) : Promise.resolve([this.machine()]);
    },
    statusNow: ({ last_seen }: Machine) => this.statusAt(Date.parse(last_seen)),
  } as unknown as MachinesService;

  private machine(): Machine {
    const seen = new Date(this.reportedAtMs).toISOString();
    return {
      machine_id: this.id,
      info: {},
      status: this.statusAt(this.reportedAtMs),
      first_seen: seen,
      last_seen: seen,
      latest_metrics: {},
      id_conflict: false,
    };
  }

  private statusAt(seenMs: number): Machine["status"] {
    const age = this.nowMs - seenMs;
    return age < 30_000 ? "online" : age < 60_000 ? "warning" : "offline";
  }
}

describe("the feed of machines", () => {
  let store: OneMachine;
  let feed: MachineFeed;
  let told: Machine[];
  let readers: Set<Reader>;

  beforeEach(() => {
    store = new OneMachine();
    feed = new MachineFeed(store.service);
    told = [];
    const stream = {
      isSlow: false,
      send: ({ data }: StreamMessage) => told.push(...(data as { machines: Machine[] }).machines),
    } as unknown as EventStream;
    const reader: Reader = {
      stream,
      watched: new Set([store.id]),
      wants: { fleet: false, events: false, nodes: false },
      isAdmin: false,
      toldMachines: new Map(),
      toldEvents: new Set(),
      missedSince: undefined,
      toldSummary: undefined,
      toldNodes: undefined,
    };
    readers = new Set([reader]);
    feed.joined(reader);
  });

  const turn = async (nowMs: number) => {
    store.nowMs = nowMs;
    await feed.turn(readers).catch(() => undefined);
  };

  it("asks the database before it calls a machine late: it may have reported to a node that is not heard", async () => {
    await turn(0);
    for (let nowMs = 1_000; nowMs <= 120_000; nowMs += 1_000) {
      if (nowMs % 10_000 === 0) store.reportedAtMs = nowMs;
      await turn(nowMs);
    }
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(["online"]));
    // One by itself, and one whenever the last known report grew old.
    expect(store.questions).toBeLessThan(10);
  });

  it("tells each state of a machine that grew silent once, without asking each second", async () => {
    for (let nowMs = 0; nowMs <= 90_000; nowMs += 1_000) await turn(nowMs);
    expect(told.map(({ status }) => status)).toEqual(["online", "warning", "offline"]);
    expect(store.questions).toBeLessThan(6);
  });

  it("calls no machine offline while the database is away", async () => {
    await turn(0);
    store.isAway = true;
    for (let nowMs = 1_000; nowMs <= 90_000; nowMs += 1_000) await turn(nowMs);
    expect(told.map(({ status }) => status)).toEqual(["online"]);
  });
});
