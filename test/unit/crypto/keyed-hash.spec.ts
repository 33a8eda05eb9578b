import { createHmac } from "node:crypto";
import fc from "fast-check";
import { KeyedHash } from "../../../src/crypto/keyed-hash.js";

const key = Buffer.alloc(32, 5);
const keyed = new KeyedHash(key);

describe("KeyedHash", () => {
  it("is the first half of HMAC-SHA256, as hex and as bytes, of texts and of bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const expected = createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
        expect(keyed.hex(text)).toBe(expected);
        expect(keyed.hex(Buffer.from(text))).toBe(expected);
        expect(keyed.bytes(text).toString("hex")).toBe(expected);
      }),
    );
  });

  it("gives another hash under another key", () => {
    expect(new KeyedHash(Buffer.alloc(32, 6)).hex("C02X")).not.toBe(keyed.hex("C02X"));
  });

  it("refuses a key shorter than the hash", () => {
    expect(() => new KeyedHash(Buffer.alloc(31))).toThrow(RangeError);
  });
});
