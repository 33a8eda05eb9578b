import { remember } from "../../../src/database/leases/job-pace.js";

const NOW = 1_000_000;
const INTERVAL = 60_000;
const fresh = { lastRun: undefined, dueAtMs: 0 };

describe("remember", () => {
  it.each([
    ["a job never run is due", fresh, { token: 0, finished: false, held: false }, { lastRun: -1, dueAtMs: NOW }],
    [
      "at the first look a finished run may be long ago",
      fresh,
      { token: 7, finished: true, held: false },
      { lastRun: 7, dueAtMs: NOW },
    ],
    [
      "a first look while another node is at work leaves it due, until that ends",
      fresh,
      { token: 7, finished: false, held: true },
      { lastRun: 6, dueAtMs: 0 },
    ],
    [
      "another node's run counts as one's own",
      { lastRun: 6, dueAtMs: NOW - 5 },
      { token: 7, finished: true, held: false },
      { lastRun: 7, dueAtMs: NOW + INTERVAL },
    ],
    [
      "the same run is not counted again",
      { lastRun: 7, dueAtMs: NOW + 5 },
      { token: 7, finished: true, held: false },
      { lastRun: 7, dueAtMs: NOW + 5 },
    ],
    [
      "a run under way changes nothing",
      { lastRun: 7, dueAtMs: NOW + 5 },
      { token: 8, finished: false, held: true },
      { lastRun: 7, dueAtMs: NOW + 5 },
    ],
    [
      "what another node left undone is due at once",
      { lastRun: 7, dueAtMs: NOW + INTERVAL },
      { token: 8, finished: false, held: false },
      { lastRun: 7, dueAtMs: NOW },
    ],
  ])("%s", (_what, memory, state, expected) => {
    expect(remember(memory, state, NOW, INTERVAL)).toEqual(expected);
  });
});
