import { SessionCount } from "../../../src/sessions/session-count.js";
import type { SessionStore } from "../../../src/sessions/store/session-store.js";

const timers = import.meta.jest;

/** Counts how often it was counted. */
function makeCount() {
  const store = { counted: 0, away: false, count: () => Promise.resolve<number | null>(null) };
  store.count = () => {
    store.counted += 1;
    return store.away ? Promise.reject(new Error("away")) : Promise.resolve(store.counted);
  };
  return { store, count: new SessionCount(store as unknown as SessionStore) };
}

describe("the number of sessions", () => {
  beforeEach(() => {
    timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  });

  afterEach(() => {
    timers.useRealTimers();
  });

  it("is counted once in five seconds, however many ask", async () => {
    const { store, count } = makeCount();
    expect(await Promise.all([count.read(), count.read(), count.read()])).toEqual([1, 1, 1]);
    await timers.advanceTimersByTimeAsync(4_999);
    expect(await count.read()).toBe(1);
    await timers.advanceTimersByTimeAsync(1);
    expect(await count.read()).toBe(2);
    expect(store.counted).toBe(2);
  });

  it("is counted again at once after it could not be", async () => {
    const { store, count } = makeCount();
    store.away = true;
    await expect(count.read()).rejects.toThrow("away");
    store.away = false;
    expect(await count.read()).toBe(2);
  });
});
