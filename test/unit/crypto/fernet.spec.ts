import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import fc from "fast-check";
import { InvalidTokenError } from "../../../src/crypto/errors.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { withEachBitFlipped, withEachCharacterReplaced } from "./alter-text.js";

interface Vectors {
  key: string;
  other_key: string;
  valid: { key: string; time: number; iv: string; plaintext: string; token: string }[];
  invalid: { why: string; token: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/fernet.json", import.meta.url), "utf8"),
) as unknown as Vectors;
const key = FernetKey.parse(vectors.key);
const token = key.seal("a text of some length");

const padded = (bytes: Buffer): string => bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");

/** Which of the texts the key opens, or fails on with another error than InvalidTokenError: none should. */
const accepted = (texts: Iterable<string>): string[] =>
  Array.from(texts).filter((text) => {
    try {
      key.open(text);
      return true;
    } catch (error) {
      return !(error instanceof InvalidTokenError);
    }
  });

describe("Fernet, by tokens of another implementation", () => {
  it.each(vectors.valid)("seals and opens the token of time $time and vector $iv", (vector) => {
    const vectorKey = FernetKey.parse(vector.key);
    const options = { timeSeconds: vector.time, iv: Buffer.from(vector.iv, "hex") };
    expect(vectorKey.seal(vector.plaintext, options)).toBe(vector.token);
    expect(vectorKey.seal(Buffer.from(vector.plaintext), options)).toBe(vector.token);
    expect(vectorKey.open(vector.token).toString()).toBe(vector.plaintext);
  });

  it.each(vectors.invalid)("refuses a token: $why", ({ token: invalid }) => {
    expect(() => key.open(invalid)).toThrow(InvalidTokenError);
  });

  it("refuses every valid token under another key", () => {
    const other = FernetKey.parse(vectors.other_key);
    for (const { token: valid } of vectors.valid) expect(() => other.open(valid)).toThrow(InvalidTokenError);
  });
});

describe("Fernet, altered tokens", () => {
  it("refuses a token with any one bit flipped", () => {
    const altered = Array.from(withEachBitFlipped(Buffer.from(token, "base64url")), padded);
    expect(altered).toHaveLength(8 * 89);
    expect(accepted(altered)).toEqual([]);
  });

  it("refuses a token with any one character replaced", () => {
    expect(accepted(withEachCharacterReplaced(token))).toEqual([]);
  });

  it("refuses a token cut at any length, as text and as bytes", () => {
    const bytes = Buffer.from(token, "base64url");
    expect(accepted(Array.from(token, (_, length) => token.slice(0, length)))).toEqual([]);
    expect(accepted(Array.from(bytes, (_, length) => padded(bytes.subarray(0, length))))).toEqual([]);
  });

  it.each([0, 1, 2])("accepts one text only for the same bytes, where %i characters of padding belong", (padding) => {
    const sealed = key.seal("x".repeat(((3 - padding) % 3) * 16 + 32));
    const bare = sealed.replace(/=+$/, "");
    expect(key.open(sealed)).toHaveLength(((3 - padding) % 3) * 16 + 32);
    const others = ["", "=", "==", "===", "====", "\n", " "].map((end) => bare + end).filter((text) => text !== sealed);
    const shifted = [
      ` ${sealed}`,
      `\n${sealed}`,
      `${sealed}\n`,
      `${sealed}====`,
      `${bare.slice(0, 8)}\n${bare.slice(8)}`,
    ];
    expect(accepted([...others, ...shifted])).toEqual([]);
  });

  it("refuses the standard alphabet", () => {
    const bytes = Array.from({ length: 50 }, () => Buffer.from(key.seal(""), "base64url"));
    const texts = bytes.map((each) => each.toString("base64")).filter((text) => /[+/]/.test(text));
    expect(texts.length).toBeGreaterThan(0);
    expect(accepted(texts)).toEqual([]);
  });
});

describe("Fernet", () => {
  it("opens what it sealed, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(key.open(key.seal(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("opens what it sealed, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(key.open(key.seal(text)).toString()).toBe(text);
      }),
    );
  });

  it("never uses a vector twice", () => {
    const vectorsUsed = Array.from({ length: 2000 }, () =>
      Buffer.from(key.seal(""), "base64url").toString("hex", 9, 25),
    );
    expect(new Set(vectorsUsed).size).toBe(2000);
  });

  it("writes the present time, and times beyond 32 bits", () => {
    const before = Math.floor(Date.now() / 1000);
    const now = Number(Buffer.from(key.seal(""), "base64url").readBigUInt64BE(1));
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now() / 1000);
    const far = Buffer.from(key.seal("", { timeSeconds: 2 ** 33 + 5 }), "base64url");
    expect(far.readBigUInt64BE(1)).toBe(2n ** 33n + 5n);
  });

  it("generates keys that differ and can be parsed", () => {
    const texts = Array.from({ length: 50 }, () => FernetKey.generate());
    expect(new Set(texts.map((text) => FernetKey.parse(text).id)).size).toBe(50);
  });

  it("gives a key the same id everywhere, 8 hex characters that are no part of the key", () => {
    expect(key.id).toBe(FernetKey.parse(vectors.key).id);
    expect(key.id).toMatch(/^[0-9a-f]{8}$/);
    expect(Buffer.from(vectors.key, "base64url").toString("hex")).not.toContain(key.id);
  });

  it("does not show the key when logged or serialized", () => {
    const shown = inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key);
    expect(shown).toContain(key.id);
    for (const encoding of ["hex", "base64url", "base64"] as const) {
      const whole = Buffer.from(vectors.key, "base64url");
      expect(shown).not.toContain(whole.toString(encoding).slice(0, 12));
      expect(shown).not.toContain(whole.subarray(16).toString(encoding).slice(0, 12));
    }
  });
});
