import { RefreshedValue } from "../../../agent/src/figures/refreshed-value.js";

describe("refreshed value", () => {
  it("gathers anew only when the value is too old", async () => {
    let nowMs = 0;
    let calls = 0;
    const value = new RefreshedValue(
      () => Promise.resolve((calls += 1)),
      100,
      1000,
      () => nowMs,
    );
    expect([await value.current(), await value.current()]).toEqual([1, 1]);
    nowMs = 99;
    expect(await value.current()).toBe(1);
    nowMs = 100;
    expect(await value.current()).toBe(2);
  });

  it("gathers once for all who ask at the same time", async () => {
    let calls = 0;
    const value = new RefreshedValue(() => Promise.resolve((calls += 1)), 1000);
    expect(await Promise.all([value.current(), value.current()])).toEqual([1, 1]);
  });

  it("is absent after a failure and is not asked for again until it is due", async () => {
    let nowMs = 0;
    let calls = 0;
    const value = new RefreshedValue(
      () => {
        calls += 1;
        throw new Error("no such program");
      },
      100,
      1000,
      () => nowMs,
    );
    expect([await value.current(), await value.current()]).toEqual([undefined, undefined]);
    expect(calls).toBe(1);
    nowMs = 100;
    await value.current();
    expect(calls).toBe(2);
  });

  it("gives up on a call that hangs, without waiting for it or starting another", async () => {
    let calls = 0;
    let nowMs = 0;
    let finish: (value: string) => void = () => undefined;
    const value = new RefreshedValue(
      () => {
        calls += 1;
        return new Promise<string>((resolve) => (finish = resolve));
      },
      1000,
      5,
      () => nowMs,
    );
    expect(await value.current()).toBeUndefined();
    nowMs = 6;
    expect(await value.current()).toBeUndefined();
    expect(calls).toBe(1);
    finish("late");
    await new Promise(setImmediate);
    expect(await value.current()).toBe("late");
  });
});
