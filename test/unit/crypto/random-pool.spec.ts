import { RandomPool } from "../../../src/crypto/random-pool.js";

describe("RandomPool", () => {
  it("gives pieces of the length asked for, none of them twice", () => {
    const pool = new RandomPool();
    const pieces = Array.from({ length: 3000 }, (_, index) => pool.take(12 + (index % 9)));
    expect(pieces.every((piece, index) => piece.length === 12 + (index % 9))).toBe(true);
    expect(new Set(pieces.map((piece) => piece.toString("hex", 0, 12))).size).toBe(3000);
  });

  it("leaves alone what it has given out", () => {
    const pool = new RandomPool();
    const piece = pool.take(16);
    const before = piece.toString("hex");
    for (let drawn = 0; drawn < 2 * 4096; drawn += 16) pool.take(16);
    expect(piece.toString("hex")).toBe(before);
  });
});
