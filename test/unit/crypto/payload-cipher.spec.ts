import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { DecryptionFailedError, InvalidKeyError } from "../../../src/crypto/errors.js";
import {
  generatePayloadKey,
  isEnvelope,
  parsePayloadKey,
  PayloadCipher,
  type PayloadEnvelope,
  type SealedEnvelope,
} from "../../../src/crypto/payload-cipher.js";
import { withEachBitFlipped, withEachCharacterReplaced } from "./alter-text.js";

interface Vectors {
  key: string;
  valid: { plaintext: string; envelope: SealedEnvelope }[];
  invalid: { why: string; envelope: PayloadEnvelope }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/payload.json", import.meta.url), "utf8"),
) as unknown as Vectors;
const cipher = new PayloadCipher([vectors.key]);
const envelope = cipher.seal('{"machine_id":"web-01"}');

/** Which of the values the cipher opens, or fails on with another error than DecryptionFailedError: none should. */
const accepted = (values: Iterable<PayloadEnvelope>): PayloadEnvelope[] =>
  Array.from(values).filter((value) => {
    try {
      cipher.open(value);
      return true;
    } catch (error) {
      return !(error instanceof DecryptionFailedError);
    }
  });

describe("PayloadCipher, by envelopes of another implementation", () => {
  it.each(vectors.valid)("seals and opens the envelope of nonce $envelope.nonce", (vector) => {
    expect(isEnvelope(vector.envelope)).toBe(true);
    expect(cipher.open(vector.envelope).toString()).toBe(vector.plaintext);
    expect(cipher.seal(vector.plaintext, Buffer.from(vector.envelope.nonce, "base64"))).toEqual(vector.envelope);
  });

  it.each(vectors.invalid.filter(({ why }) => !why.startsWith("opens, but")))("refuses an envelope: $why", (vector) => {
    expect(isEnvelope(vector.envelope)).toBe(true);
    expect(() => cipher.open(vector.envelope)).toThrow(DecryptionFailedError);
  });

  it.each(vectors.invalid.filter(({ why }) => why.startsWith("opens, but")))(
    "leaves to its reader what $why",
    (found) => {
      const text = cipher.open(found.envelope).toString();
      let object = false;
      try {
        const value: unknown = JSON.parse(text);
        object = typeof value === "object" && value !== null && !Array.isArray(value);
      } catch {
        // Not JSON at all is one of the two cases.
      }
      expect(object).toBe(false);
    },
  );
});

describe("PayloadCipher, altered envelopes", () => {
  it.each(["nonce", "ciphertext"] as const)("refuses any one bit of the %s flipped", (part) => {
    const altered = Array.from(withEachBitFlipped(Buffer.from(envelope[part], "base64")), (bytes) => ({
      ...envelope,
      [part]: bytes.toString("base64"),
    }));
    expect(altered.length).toBeGreaterThanOrEqual(96);
    expect(accepted(altered)).toEqual([]);
  });

  it.each(["nonce", "ciphertext"] as const)("refuses any one character of the %s replaced", (part) => {
    const altered = Array.from(withEachCharacterReplaced(envelope[part]), (text) => ({ ...envelope, [part]: text }));
    expect(accepted(altered)).toEqual([]);
  });

  it.each(["nonce", "ciphertext"] as const)("refuses a %s cut at any length, as text and as bytes", (part) => {
    const bytes = Buffer.from(envelope[part], "base64");
    const texts = Array.from(envelope[part], (_, length) => envelope[part].slice(0, length));
    const cuts = Array.from(bytes, (_, length) => bytes.subarray(0, length).toString("base64"));
    expect(accepted([...texts, ...cuts].map((text) => ({ ...envelope, [part]: text })))).toEqual([]);
  });

  it.each([undefined, null, 1, "", "0", "1 ", "2", 1n, true, {}, ["1"]])("refuses version %p", (version) => {
    expect(accepted([{ ...envelope, version }])).toEqual([]);
  });

  it.each(["nonce", "ciphertext"] as const)("refuses a %s that is no text", (part) => {
    const values = [undefined, null, 0, true, {}, [], [envelope[part]], Buffer.from(envelope[part], "base64")];
    expect(accepted(values.map((value) => ({ ...envelope, [part]: value })))).toEqual([]);
  });

  it("throws nothing but DecryptionFailedError, whatever the envelope holds", () => {
    const field = fc.oneof(fc.anything(), fc.base64String(), fc.constant(envelope.nonce), fc.constant("1"));
    fc.assert(
      fc.property(field, field, field, (version, nonce, ciphertext) => {
        expect(accepted([{ encrypted: true, version, nonce, ciphertext }])).toEqual([]);
      }),
    );
  });

  it("says no more than that decryption failed", () => {
    const { message, code } = new DecryptionFailedError();
    expect(() => cipher.open({ encrypted: true })).toThrow("Decryption failed");
    expect({ message, code }).toEqual({ message: "Decryption failed", code: "DECRYPTION_FAILED" });
  });
});

describe("PayloadCipher", () => {
  it("opens what it sealed, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(cipher.open(cipher.seal(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("opens what any of its keys sealed and seals with the first", () => {
    const texts = Array.from({ length: 3 }, generatePayloadKey);
    const ring = new PayloadCipher(texts);
    for (const text of texts) expect(ring.open(new PayloadCipher([text]).seal("report")).toString()).toBe("report");
    const openedBy = texts.filter((text) => {
      try {
        return new PayloadCipher([text]).open(ring.seal("")).length === 0;
      } catch {
        return false;
      }
    });
    expect(openedBy).toEqual(texts.slice(0, 1));
    expect(() => ring.open(envelope)).toThrow(DecryptionFailedError);
  });

  it("takes keys as texts and as bytes", () => {
    expect(new PayloadCipher([parsePayloadKey(vectors.key)]).open(envelope).toString()).toBe('{"machine_id":"web-01"}');
  });

  it("refuses no key, a short key and a long one", () => {
    expect(() => new PayloadCipher([])).toThrow(InvalidKeyError);
    expect(() => new PayloadCipher([randomBytes(16)])).toThrow(InvalidKeyError);
    expect(() => new PayloadCipher([randomBytes(33)])).toThrow(InvalidKeyError);
    expect(() => new PayloadCipher([vectors.key, "short"])).toThrow(InvalidKeyError);
  });

  it("draws a new nonce for every envelope and takes none of another length", () => {
    expect(new Set(Array.from({ length: 500 }, () => cipher.seal("").nonce)).size).toBe(500);
    expect(() => cipher.seal("", Buffer.alloc(16))).toThrow(RangeError);
  });
});

describe("isEnvelope", () => {
  it.each([{ encrypted: true }, { encrypted: true, version: 9 }, envelope])("takes %j for an envelope", (value) => {
    expect(isEnvelope(value)).toBe(true);
  });

  it.each([
    null,
    undefined,
    true,
    1,
    "encrypted",
    [],
    {},
    { encrypted: "true" },
    { encrypted: 1 },
    { encrypted: false },
  ])("does not take %j for an envelope", (value) => {
    expect(isEnvelope(value)).toBe(false);
  });
});
