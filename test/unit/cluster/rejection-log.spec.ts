import { RejectionLog } from "../../../src/cluster/membership/rejection-log.js";
import type { Rejection } from "../../../src/cluster/membership/observe.js";
import { LogLines } from "./log-lines.js";

const forged: Rejection = { nodeId: "b", reason: "signature", incarnation: undefined };
const replayed: Rejection = { nodeId: "b", reason: "sequence", incarnation: 3 };

function logged(...readings: Rejection[][]): string[] {
  const logs = new LogLines();
  const log = new RejectionLog();
  for (const rejections of readings) log.report(rejections);
  return logs.lines;
}

describe("the log of rejected records", () => {
  it("warns once of a record, however often it is read", () => {
    expect(logged([forged], [forged], [], [forged])).toEqual([
      'WARN [Cluster] Rejected the record of node "b": its signature is wrong: it is forged, or that node has another ' +
        "cluster.secret or another database",
    ]);
  });

  it("warns again of another reason, node or start", () => {
    const readings = [forged, replayed, { ...replayed, nodeId: "c" }, { ...replayed, incarnation: 4 }];
    expect(logged(readings, readings)).toHaveLength(4);
  });

  it("is not flooded by many at once", () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ ...forged, nodeId: `forged-${index}` }));
    const lines = logged(many, many);
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe("WARN [Cluster] Rejected 490 more records");
  });

  it("does not let a node id break its line", () => {
    const [line] = logged([{ ...forged, nodeId: `x\nINFO all is well ${"y".repeat(5_000)}` }]);
    expect(line).not.toContain("\n");
    expect(line?.length).toBeLessThan(400);
  });

  it("forgets the oldest after a thousand, so that its memory stays small", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => [{ ...forged, nodeId: `forged-${index}` }]);
    expect(logged([forged], ...many, [forged])).toHaveLength(1_002);
  });
});
