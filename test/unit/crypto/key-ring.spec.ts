import fc from "fast-check";
import { InvalidKeyError, InvalidTokenError } from "../../../src/crypto/errors.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { KeyRing } from "../../../src/crypto/key-ring.js";
import { withEachBitFlipped } from "./alter-text.js";

const keys = Array.from({ length: 5 }, () => FernetKey.parse(FernetKey.generate()));
const stranger = FernetKey.parse(FernetKey.generate());
const anyRing = fc.shuffledSubarray(keys, { minLength: 1 });

describe("KeyRing", () => {
  it("opens what any of its keys sealed, in any order of the keys", () => {
    fc.assert(
      fc.property(anyRing, fc.uint8Array(), (listed, bytes) => {
        const ring = new KeyRing(listed);
        for (const key of listed) expect(ring.open(key.seal(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("opens nothing that a key outside the ring sealed", () => {
    fc.assert(
      fc.property(anyRing, fc.string(), (listed, text) => {
        const ring = new KeyRing(listed);
        for (const key of [stranger, ...keys.filter((each) => !listed.includes(each))]) {
          expect(() => ring.open(key.seal(text))).toThrow(InvalidTokenError);
        }
      }),
    );
  });

  it("seals with its first key where none is named", () => {
    fc.assert(
      fc.property(anyRing, fc.string({ unit: "binary" }), (listed, text) => {
        const token = new KeyRing(listed).seal(text);
        const openedBy = keys.filter((key) => {
          try {
            return key.open(token).toString() === text;
          } catch {
            return false;
          }
        });
        expect(openedBy).toEqual([listed[0]]);
      }),
    );
  });

  it("seals with each of its keys that is named, and tells which it was", () => {
    const ring = new KeyRing(keys);
    for (const { id } of keys) expect(ring.sealerOf(ring.seal("text", id))).toBe(id);
    expect(() => new KeyRing(keys.slice(1)).seal("text", keys[0]?.id)).toThrow(InvalidKeyError);
    expect(() => new KeyRing(keys.slice(1)).sealerOf(ring.seal("text"))).toThrow(InvalidTokenError);
  });

  it("names its keys in their order", () => {
    expect(new KeyRing(keys).ids).toEqual(keys.map((key) => key.id));
  });

  it("keeps its keys when the list it was made from changes", () => {
    const list = keys.slice(0, 2);
    const ring = new KeyRing(list);
    list.length = 0;
    expect(ring.open(ring.seal("still here")).toString()).toBe("still here");
  });

  it("refuses an altered token and a text that is no token", () => {
    const ring = new KeyRing(keys);
    for (const altered of withEachBitFlipped(Buffer.from(ring.seal("x".repeat(20)), "base64url"))) {
      expect(() => ring.open(altered.toString("base64").replaceAll("+", "-").replaceAll("/", "_"))).toThrow(
        InvalidTokenError,
      );
    }
    expect(() => ring.open("")).toThrow(InvalidTokenError);
    expect(() => ring.open('{"plain":"text"}')).toThrow(InvalidTokenError);
  });

  it("refuses to be empty", () => {
    expect(() => new KeyRing([])).toThrow(InvalidKeyError);
  });
});
