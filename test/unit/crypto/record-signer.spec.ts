import { createHmac } from "node:crypto";
import fc from "fast-check";
import { RecordSigner } from "../../../src/crypto/record-signer.js";
import { withEachBitFlipped, withEachCharacterReplaced } from "./alter-text.js";

const key = Buffer.alloc(32, 3);
const signer = new RecordSigner(key);
const text = '{"node_id":"web-01-abc123","sequence":7}';
const signature = signer.sign(text);

describe("RecordSigner", () => {
  it("signs with HMAC-SHA256 in base64url", () => {
    expect(signature).toBe(createHmac("sha256", key).update(text).digest("base64url"));
    expect(signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it("accepts its own signature of any text, and no signature of another", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        expect(signer.verify(one, signer.sign(one))).toBe(true);
        expect(signer.verify(other, signer.sign(one))).toBe(one === other);
      }),
    );
  });

  it("refuses a text with any one character replaced", () => {
    const accepted = Array.from(withEachCharacterReplaced(text)).filter((altered) => signer.verify(altered, signature));
    expect(accepted).toEqual([]);
  });

  it("refuses a signature with any one character or bit changed", () => {
    const bits = Array.from(withEachBitFlipped(Buffer.from(signature, "base64url")), (b) => b.toString("base64url"));
    const altered = [...withEachCharacterReplaced(signature), ...bits];
    expect(altered.filter((each) => signer.verify(text, each))).toEqual([]);
  });

  it("refuses a signature cut at any length, lengthened or padded", () => {
    const altered = [...Array.from(signature, (_, end) => signature.slice(0, end)), `${signature}A`, `${signature}=`];
    expect(altered.filter((each) => signer.verify(text, each))).toEqual([]);
  });

  it("refuses another key's signature", () => {
    expect(new RecordSigner(Buffer.alloc(32, 4)).verify(text, signature)).toBe(false);
  });

  it("does not throw whatever stands in place of the signature", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(signer.verify(text, value)).toBe(false);
      }),
    );
  });

  it.each([0, 1, 31])("refuses a key of %i bytes", (length) => {
    expect(() => new RecordSigner(Buffer.alloc(length))).toThrow(RangeError);
  });
});
