import type { Rejection } from "../../../src/cluster/membership/observe.js";
import { RejectionReports } from "../../../src/cluster/membership/rejection-reports.js";
import { EventsInMemory } from "./events-in-memory.js";
import { LogLines } from "./log-lines.js";

const MINUTE = 60_000;
const forged: Rejection = { nodeId: "b", reason: "signature", incarnation: 0 };
const replayed: Rejection = { nodeId: "b", reason: "sequence", incarnation: 3 };
const many = (count: number, prefix = "forged") =>
  Array.from({ length: count }, (_, index) => ({ ...forged, nodeId: `${prefix}-${index}` }));

let events: EventsInMemory;
let reports: RejectionReports;

beforeEach(() => {
  events = new EventsInMemory();
  reports = new RejectionReports(events);
});

describe("records that are not believed", () => {
  it("are one event each, however often they are read", () => {
    for (let minute = 0; minute < 40; minute++) reports.report([forged], minute * MINUTE);
    expect(events.noted).toEqual([
      {
        kind: "node.record_rejected",
        subject: "b",
        details: {
          reason: "its signature is wrong: it is forged, or that node has another cluster.secret",
          incarnation: 0,
        },
        onceKey: "node.record_rejected:signature:0:b",
      },
    ]);
  });

  it("are another event for another reason, node or start", () => {
    const readings = [forged, replayed, { ...replayed, nodeId: "c" }, { ...replayed, incarnation: 4 }];
    reports.report(readings, 0);
    reports.report(readings, MINUTE);
    expect(new Set(events.noted.map(({ onceKey }) => onceKey)).size).toBe(4);
    expect(events.noted).toHaveLength(4);
  });

  it("are called a mismatch where they come from another database", () => {
    reports.report([{ ...forged, reason: "database" }], 0);
    expect(events.lines).toEqual(["node.mismatched b"]);
  });

  it("flood neither the events nor the log, whoever writes how many", () => {
    const logs = new LogLines();
    for (let minute = 0; minute < 15; minute++) reports.report(many(500, `at-${minute}`), minute * MINUTE);
    expect(events.noted).toHaveLength(20);
    expect(logs.lines).toEqual([
      "WARN [Cluster] Rejected the records of more than 20 nodes; more of them are not named for 15 minutes",
    ]);
    reports.report(many(1, "later"), 15 * MINUTE);
    expect(events.noted.at(-1)?.subject).toBe("later-0");
  });

  it("are named by a bounded part of their id", () => {
    reports.report([{ ...forged, nodeId: "y".repeat(5_000) }], 0);
    expect(events.noted[0]?.subject).toHaveLength(128);
    expect(events.noted[0]?.onceKey?.length).toBeLessThan(200);
  });
});
