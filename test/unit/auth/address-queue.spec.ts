import { AddressQueue } from "../../../src/auth/throttling/address-queue.js";

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

  it("gives up after five seconds of waiting", async () => {
    const queue = new AddressQueue();
    const { ends, work } = heldWork();
    const held = Array.from({ length: 4 }, () => queue.run("a", work));
    await expect(queue.run("a", work)).rejects.toMatchObject({ status: 429, code: "TOO_MANY_ATTEMPTS" });
    expect(ends).toHaveLength(4);
    for (const end of ends) end();
    await Promise.all(held);
  });
});
