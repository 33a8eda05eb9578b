import { type Bounds, judgeRow } from "../../faults/judge-row.js";
import type { ClientFigures, Row } from "../../faults/row.js";

const quiet = { agentsMs: 0, readersMs: 0 };
const served: ClientFigures = { answered: 100, refused: 0, logouts: [], errors: [], longestMs: 50 };
const clean: Row = {
  fault: "a fault",
  agents: served,
  readers: served,
  lost: [],
  duplicates: [],
  truths: [{ what: "the truth", tookMs: 10 }],
  beside: { problems: [] },
};
const times = { count: 2000, failed: 0, medianMs: 1, p999Ms: 20 };

describe("the judgement of a row", () => {
  it("passes a fault that nobody noticed", () => {
    expect(judgeRow(clean, { stallMs: 1000 }, quiet)).toEqual([]);
  });

  it.each<[string, Partial<Row>, RegExp]>([
    ["an agent's error", { agents: { ...served, errors: ["m-1: 500"] } }, /1 errors of agents, such as: m-1: 500/],
    ["a reader's error", { readers: { ...served, errors: ["r-1: 500"] } }, /errors of readers/],
    ["a report that was refused", { agents: { ...served, refused: 1 } }, /1 reports refused/],
    ["a reader who was refused", { readers: { ...served, refused: 3 } }, /3 readers refused/],
    ["a lost report", { lost: ["m-1 at noon"] }, /1 answered reports lost, such as: m-1 at noon/],
    ["a report that was stored twice", { duplicates: ["m-1 at noon"] }, /stored twice/],
    ["a reader who had to log in again", { readers: { ...served, logouts: ["r-1"] } }, /1 forced logouts/],
    ["an agent that was not let in", { agents: { ...served, logouts: ["m-1"] } }, /forced logouts/],
    ["a stall of an agent", { agents: { ...served, longestMs: 1001 } }, /agent took 1001 ms, allowed are 1000 ms/],
    ["a stall of a reader", { readers: { ...served, longestMs: 1001 } }, /reader took 1001 ms/],
    ["a truth that was never told", { truths: [{ what: "inactive", tookMs: null }] }, /never became true.*inactive/],
    ["something seen besides", { beside: { problems: ["a row was not readable"] } }, /a row was not readable/],
    ["a load without a report", { agents: { ...served, answered: 0 } }, /no report was answered/],
    ["a load without readers", { readers: { ...served, answered: 0 } }, /no reader was answered/],
  ])("does not pass %s", (_what, difference, sentence) => {
    const broken = judgeRow({ ...clean, ...difference }, { stallMs: 1000 }, quiet);
    expect(broken).toEqual([expect.stringMatching(sentence)]);
  });

  it("lets readers be refused where the fault allows it, and agents nowhere", () => {
    const bounds: Bounds = { readersRefused: true };
    expect(judgeRow({ ...clean, readers: { ...served, refused: 9 } }, bounds, quiet)).toEqual([]);
    expect(judgeRow({ ...clean, agents: { ...served, refused: 9 } }, bounds, quiet)).toHaveLength(1);
  });

  it("adds to a bound what the machine costs without a fault", () => {
    const row: Row = { ...clean, agents: { ...served, longestMs: 1200 }, readers: { ...served, longestMs: 1200 } };
    expect(judgeRow(row, { stallMs: 1000 }, { agentsMs: 200, readersMs: 200 })).toEqual([]);
    expect(judgeRow(row, { stallMs: 1000 }, { agentsMs: 199, readersMs: 200 })).toHaveLength(1);
  });

  it.each([
    ["slow ones", { medianMs: 7 }, /probes took 7.0 ms at the median, allowed are 5 ms/],
    ["a few very slow ones", { p999Ms: 200 }, /probes took 200.0 ms at p99.9/],
    ["ones without an answer", { failed: 1 }, /1 probes not answered/],
    ["too few to judge", { count: 999 }, /only 999 probes/],
  ])("looks at probes: %s", (_what, difference, sentence) => {
    const beside = { problems: [], probes: { nodes: { ...times, ...difference }, bare: times } };
    const bounds = { probes: { medianMs: 5, p999Ms: 100 } };
    expect(judgeRow({ ...clean, beside }, bounds, quiet)).toEqual([expect.stringMatching(sentence)]);
  });

  it("passes probes that are as slow as those of a bare server make them", () => {
    const bare = { ...times, medianMs: 4, p999Ms: 150 };
    const beside = { problems: [], probes: { nodes: { ...times, medianMs: 8, p999Ms: 240 }, bare } };
    expect(judgeRow({ ...clean, beside }, { probes: { medianMs: 5, p999Ms: 100 } }, quiet)).toEqual([]);
  });
});
