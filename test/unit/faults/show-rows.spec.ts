import type { ClientFigures, Row } from "../../faults/row.js";
import { showRows } from "../../faults/show-rows.js";

const figures: ClientFigures = { answered: 9, refused: 0, logouts: [], errors: [], longestMs: 1234 };
const row: Row = {
  fault: "kill -9 a node",
  agents: figures,
  readers: { ...figures, refused: 7, longestMs: 40 },
  lost: [],
  duplicates: [],
  truths: [
    { what: "inactive", tookMs: 3210 },
    { what: "active", tookMs: null },
  ],
  beside: { problems: [] },
};

describe("the table of faults", () => {
  it("shows every figure of a row", () => {
    const table = showRows([{ where: "sqlite, haproxy", row, broken: [] }]);
    expect(table.split("\n")[2]?.split(/ {2,}/)).toEqual([
      "kill -9 a node (sqlite, haproxy)",
      "0 agents, 0 (and 7 times 503) readers",
      ...["0", "0", "0"],
      "1.2 s, 0.0 s",
      "inactive: 3.2 s; active: never",
      "ok",
    ]);
  });

  it("marks a row that broke a bound, and tells below which one", () => {
    const table = showRows([{ where: "sqlite, haproxy", row: { ...row, lost: ["x"] }, broken: ["1 report lost"] }]);
    expect(table).toMatch(/BROKEN\nkill -9 a node \(sqlite, haproxy\): 1 report lost$/);
  });

  it("does not hide a row that was not run", () => {
    expect(showRows([], [{ fault: "a new key", why: "waits for it" }])).toMatch(/^a new key +NOT RUN: waits for it$/m);
  });

  it("shows how probes did beside a bare server", () => {
    const nodes = { count: 3000, failed: 0, mediansMs: { "/live": 0.2, "/ready": 1.26 }, p999Ms: 20 };
    const beside = { problems: [], probes: { nodes, bare: { ...nodes, mediansMs: { "/live": 0.5 } } } };
    const table = showRows([{ where: "here", row: { ...row, beside }, broken: [] }]);
    expect(table).toContain("probes 1.3 / 20.0 ms, bare server 0.5 / 20.0 ms");
  });
});
