import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { NoteQueue } from "../../../src/events/note-queue.js";
import { waitFor } from "../../support/wait-for.js";

const away = () => Promise.reject(new BackendUnavailableError("database"));

describe("NoteQueue", () => {
  let stored: number[];
  let lost: [number, string][];
  let answer: (note: number) => Promise<void>;

  const queueOf = (capacity?: number) =>
    new NoteQueue<number>({
      store: async (note) => {
        await answer(note);
        stored.push(note);
      },
      lost: (count, reason) => lost.push([count, reason]),
      firstPauseMs: 5,
      ...(capacity === undefined ? {} : { capacity }),
    });

  beforeEach(() => {
    stored = [];
    lost = [];
    answer = () => Promise.resolve();
  });

  it("keeps what it is given, in order", async () => {
    const queue = queueOf();
    for (const note of [1, 2, 3]) queue.add(note);
    await waitFor(() => stored.length === 3, { what: "the notes" });
    queue.add(4);
    await queue.close(1000);
    expect([stored, lost]).toEqual([[1, 2, 3, 4], []]);
  });

  it("tries again until the database is back, and loses nothing", async () => {
    let tries = 0;
    answer = () => (++tries < 5 ? away() : Promise.resolve());
    const queue = queueOf();
    for (const note of [1, 2, 3]) queue.add(note);
    await waitFor(() => stored.length === 3, { what: "the notes" });
    expect([stored, lost]).toEqual([[1, 2, 3], []]);
  });

  it("holds no more than its capacity, and counts what it drops", async () => {
    answer = away;
    const queue = queueOf(2);
    for (const note of [1, 2, 3, 4, 5]) queue.add(note);
    expect(lost).toEqual([[1, "too many wait for the database; more may follow"]]);
    answer = () => Promise.resolve();
    await waitFor(() => lost.length === 2, { what: "the rest to be told" });
    expect([stored[0], lost[1]]).toEqual([1, [2, "too many waited for the database"]]);
    await queue.close(1000);
    expect(stored).toEqual([1, 2]);
  });

  it("passes over what can never be kept", async () => {
    answer = (note) => (note === 1 ? Promise.reject(new Error("no such column")) : Promise.resolve());
    const queue = queueOf();
    queue.add(1);
    queue.add(2);
    await waitFor(() => stored.length === 1, { what: "the other note" });
    expect([stored, lost]).toEqual([[2], [[1, "no such column"]]]);
  });

  it("tries once more when it is closed, without waiting for the pause to end", async () => {
    let tries = 0;
    answer = () => (++tries === 1 ? away() : Promise.resolve());
    const queue = new NoteQueue<number>({
      store: async (note) => {
        await answer(note);
        stored.push(note);
      },
      lost: (count, reason) => lost.push([count, reason]),
      firstPauseMs: 3_600_000,
    });
    queue.add(1);
    await waitFor(() => tries === 1, { what: "the first try" });
    await queue.close(10_000);
    expect([stored, lost]).toEqual([[1], []]);
  });

  it.each([
    ["is away", away],
    ["does not answer", () => new Promise<never>(() => undefined)],
  ])("closes in time and tells what is lost while the database %s", async (_what, reply) => {
    answer = reply;
    const queue = queueOf();
    queue.add(1);
    queue.add(2);
    await queue.close(50);
    queue.add(3);
    expect(stored).toEqual([]);
    expect(lost).toEqual([
      [2, "this node stops and the database did not take them"],
      [1, "this node stops"],
    ]);
  });
});
