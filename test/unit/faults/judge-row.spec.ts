import { type Bounds, judgeRow } from "../../faults/judge-row.js";
import type { ClientFigures, Row } from "../../faults/row.js";

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
const times = { count: 2000, failed: 0, mediansMs: { "/live": 1, "/ready": 1 }, p999Ms: 20 };

describe("the judgement of a row", () => {
  it("passes a fault that nobody noticed", () => {
    expect(judgeRow(clean, { stallMs: 1000 })).toEqual([]);
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
    ["a truth that was never told", { truths: [{ what: "inactive", tookMs: null }] }, /it was never told: inactive/],
    ["something seen besides", { beside: { problems: ["a row was not readable"] } }, /a row was not readable/],
    ["a load without a report", { agents: { ...served, answered: 0 } }, /no report was answered/],
    ["a load without readers", { readers: { ...served, answered: 0 } }, /no reader was answered/],
  ])("does not pass %s", (_what, difference, sentence) => {
    const broken = judgeRow({ ...clean, ...difference }, { stallMs: 1000 });
    expect(broken).toEqual([expect.stringMatching(sentence)]);
  });

  it("lets readers be refused where the fault allows it, and agents nowhere", () => {
    const bounds: Bounds = { readersRefused: true };
    expect(judgeRow({ ...clean, readers: { ...served, refused: 9 } }, bounds)).toEqual([]);
    expect(judgeRow({ ...clean, agents: { ...served, refused: 9 } }, bounds)).toHaveLength(1);
  });

  it("calls the machine too busy where the load stalls without a fault", () => {
    const slow = { ...served, longestMs: 1001 };
    const busy = /too busy to judge.* a request of one (agent|reader) took 1001 ms, allowed are 1000 ms/;
    expect(judgeRow(clean, { calmMs: 1000 })).toEqual([]);
    expect(judgeRow({ ...clean, agents: slow }, { calmMs: 1000 })).toEqual([expect.stringMatching(busy)]);
    expect(judgeRow({ ...clean, readers: slow }, { calmMs: 1000 })).toEqual([expect.stringMatching(busy)]);
  });

  it.each<[number, Bounds, RegExp | null]>([
    [6000, {}, null],
    [6001, {}, /told only after 6001 ms, allowed are 6000 ms: inactive/],
    [6001, { truthMs: 7000 }, null],
    [7001, { truthMs: 7000 }, /told only after 7001 ms, allowed are 7000 ms: inactive/],
  ])("wants the truth told in time: %d ms with %j", (tookMs, bounds, sentence) => {
    const truths = [...clean.truths, { what: "inactive", tookMs }];
    const broken = judgeRow({ ...clean, truths }, bounds);
    expect(broken).toEqual(sentence === null ? [] : [expect.stringMatching(sentence)]);
  });

  it.each([
    [
      "slow ones of one path",
      { mediansMs: { "/live": 1, "/ready": 7 } },
      /of \/ready took 7.0 ms at the median, allowed are 5 ms/,
    ],
    ["a few very slow ones", { p999Ms: 200 }, /probes of all paths took 200.0 ms at p99.9/],
    ["ones without an answer", { failed: 1 }, /1 probes not answered/],
    ["too few to judge", { count: 999 }, /only 999 probes/],
  ])("looks at probes: %s", (_what, difference, sentence) => {
    const beside = { problems: [], probes: { nodes: { ...times, ...difference }, bare: times } };
    const bounds = { probes: { medianMs: 5, p999Ms: 100 } };
    expect(judgeRow({ ...clean, beside }, bounds)).toEqual([expect.stringMatching(sentence)]);
  });

  it("passes probes that are as slow as those of a bare server make them", () => {
    const bare = { ...times, mediansMs: { "/live": 4 }, p999Ms: 150 };
    const beside = { problems: [], probes: { nodes: { ...times, mediansMs: { "/live": 8 }, p999Ms: 240 }, bare } };
    expect(judgeRow({ ...clean, beside }, { probes: { medianMs: 5, p999Ms: 100 } })).toEqual([]);
  });
});
