import { AddressQueue } from "../../../src/auth/throttling/address-queue.js";

const timers = import.meta.jest;

/** Work that ends when it is told to, and the number of those that have begun. */
function heldWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  return { ends, work };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe("AddressQueue", () => {
  it("runs four of one address at once, and the others one by one as these end", async () => {
    const queue = new AddressQueue();
    const { ends, work } = heldWork();
    const all = Promise.all(Array.from({ length: 7 }, () => queue.run("a", work)));
    await turns();
    expect(ends).toHaveLength(4);
    ends[0]?.();
    await turns();
    expect(ends).toHaveLength(5);
    for (let next = 1; next < 7; next++) {
      ends[next]?.();
      await turns();
    }
    await all;
  });

  it("does not let one address wait for another", async () => {
    const queue = new AddressQueue();
    const { ends, work } = heldWork();
    const held = Array.from({ length: 10 }, () => queue.run("a", work));
    await expect(queue.run("b", () => Promise.resolve("done"))).resolves.toBe("done");
    for (let next = 0; next < 10; next++) {
      ends[next]?.();
      await turns();
    }
    await Promise.all(held);
  });

  it("goes on after work that fails", async () => {
    const queue = new AddressQueue();
    const fail = () => Promise.reject(new Error("broken"));
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => queue.run("a", fail)));
    expect(all.every(({ status }) => status === "rejected")).toBe(true);
    await expect(queue.run("a", () => Promise.resolve("done"))).resolves.toBe("done");
  });

  it("refuses more than a hundred that wait, with a 429", async () => {
    const queue = new AddressQueue();
    const { ends, work } = heldWork();
    const held = Array.from({ length: 104 }, () => queue.run("a", work));
    await expect(queue.run("a", work)).rejects.toMatchObject({
      status: 429,
      code: "TOO_MANY_ATTEMPTS",
      retryAfterSeconds: 2,
    });
    for (let next = 0; next < 104; next++) {
      ends[next]?.();
      await turns();
    }
    await Promise.all(held);
  });

  describe("while others keep their places", () => {
    let queue: AddressQueue;
    let held: ReturnType<typeof heldWork>;
    let holders: Promise<void>[];

    beforeEach(() => {
      timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
      queue = new AddressQueue();
      held = heldWork();
      holders = Array.from({ length: 4 }, () => queue.run("a", held.work));
    });

    afterEach(() => {
      timers.useRealTimers();
    });

    const endAll = async () => {
      for (const end of held.ends) end();
      await Promise.all(holders);
    };

    it.each([
      [999, "waiting"],
      [1_000, "refused"],
    ])("after %d ms one is %s", async (ms, expected) => {
      const waiting = queue.run("a", () => Promise.resolve("let in"));
      let outcome = "waiting";
      waiting.catch((error: unknown) => {
        expect(error).toMatchObject({ status: 429, code: "TOO_MANY_ATTEMPTS", retryAfterSeconds: 2 });
        outcome = "refused";
      });
      await timers.advanceTimersByTimeAsync(ms);
      expect(outcome).toBe(expected);
      await endAll();
      await (expected === "waiting" ? expect(waiting).resolves.toBe("let in") : waiting.catch(() => undefined));
    });

    it("drops one whose client goes, at once and without its work, and lets the next have its turn", async () => {
      const gone = new AbortController();
      let begun = false;
      const dropped = queue.run("a", () => Promise.resolve((begun = true)), gone.signal);
      const next = queue.run("a", () => Promise.resolve("let in"), new AbortController().signal);
      gone.abort(new Error("the client has gone"));
      await expect(dropped).rejects.toThrow("the client has gone");
      await endAll();
      await expect(next).resolves.toBe("let in");
      expect(begun).toBe(false);
      expect(timers.getTimerCount()).toBe(0);
    });

    it("goes on with work whose client goes after it has begun", async () => {
      const gone = new AbortController();
      const begun = queue.run("b", held.work, gone.signal);
      gone.abort(new Error("the client has gone"));
      await endAll();
      await expect(begun).resolves.toBeUndefined();
    });
  });

  it("begins no work for a client that has gone already", async () => {
    const queue = new AddressQueue();
    const work = () => Promise.reject(new Error("the work was begun"));
    const gone = AbortSignal.abort(new Error("the client has gone"));
    await expect(queue.run("a", work, gone)).rejects.toThrow("the client has gone");
    await expect(queue.run("a", () => Promise.resolve("let in"))).resolves.toBe("let in");
  });
});
