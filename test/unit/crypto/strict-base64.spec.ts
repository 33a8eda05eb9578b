import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "../../../src/crypto/strict-base64.js";

const alphabets = ["base64", "base64url"] as const;

describe.each(alphabets)("canonical %s", (alphabet) => {
  it("gives back every value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(decodeBase64(encodeBase64(buffer, alphabet), alphabet)).toEqual(buffer);
      }),
    );
  });

  it("accepts only the text that the bytes encode to", () => {
    const character = fc.constantFrom("A", "B", "a", "9", "+", "/", "-", "_", "=", "!", " ", "\n", "\u0141", ".");
    const texts = fc.oneof(
      fc.array(character, { maxLength: 12 }).map((characters) => characters.join("")),
      // Near misses: one character of a good text replaced, added or taken out.
      fc
        .tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(), fc.option(character), fc.boolean())
        .map(([bytes, place, given, replaces]) => {
          const text = encodeBase64(Buffer.from(bytes), alphabet);
          const at = place % (text.length + 1);
          return text.slice(0, at) + (given ?? "") + text.slice(at + (replaces ? 1 : 0));
        }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const canonical = encodeBase64(Buffer.from(text, alphabet), alphabet) === text;
        expect(decodeBase64(text, alphabet) !== null).toBe(canonical);
      }),
      { numRuns: 20_000 },
    );
  });
});
