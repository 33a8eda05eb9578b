import { mapInSlices } from "../../../src/common/map-in-slices.js";

function workFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

describe("mapInSlices", () => {
  it("maps in order", async () => {
    expect(await mapInSlices([1, 2, 3], (each) => each * 2)).toEqual([2, 4, 6]);
    expect(await mapInSlices([], () => 1)).toEqual([]);
  });

  it("lets others have the event loop while it has much to do", async () => {
    let others = 0;
    const other = () => {
      others += 1;
      next = setImmediate(other);
    };
    let next = setImmediate(other);
    await mapInSlices(Array.from({ length: 20 }), () => {
      workFor(3);
    });
    clearImmediate(next);
    expect(others).toBeGreaterThan(10);
  });

  it("fails with the error of the function", async () => {
    const fail = () => {
      throw new Error("broken");
    };
    await expect(mapInSlices([1], fail)).rejects.toThrow("broken");
  });
});
