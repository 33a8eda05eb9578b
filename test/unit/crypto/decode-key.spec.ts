import fc from "fast-check";
import { InvalidKeyError } from "../../../src/crypto/errors.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { generatePayloadKey, parsePayloadKey } from "../../../src/crypto/payload-cipher.js";
import { withEachCharacterReplaced } from "./alter-text.js";

const payload = "kT+9Zx/0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456+8=";
const fernet = payload.replaceAll("+", "-").replaceAll("/", "_");
const kinds = [
  { kind: "A Fernet key", parse: (text: string): unknown => FernetKey.parse(text), right: fernet, foreign: payload },
  { kind: "A payload key", parse: (text: string): unknown => parsePayloadKey(text), right: payload, foreign: fernet },
];

const refusal = (parse: (text: string) => unknown, text: string): InvalidKeyError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InvalidKeyError) return error;
    throw error;
  }
  throw new Error("The key was accepted");
};

describe.each(kinds)("$kind", ({ kind, parse, right, foreign }) => {
  it("is accepted as 44 characters of its own alphabet", () => {
    expect(() => parse(right)).not.toThrow();
  });

  it.each([
    ["empty", "", "is empty"],
    ["one character short", right.slice(1), "has 43 characters"],
    ["without its padding", right.slice(0, -1), "has 43 characters"],
    ["one character long", `A${right}`, "has 45 characters"],
    ["31 bytes", Buffer.alloc(31, 7).toString("base64"), "does not end in exactly one ="],
    ["33 bytes", Buffer.alloc(33, 7).toString("base64"), "does not end in exactly one ="],
    ["16 bytes", Buffer.alloc(16, 7).toString("base64"), "has 24 characters"],
    ["hex", "ab".repeat(32), "has 64 characters"],
    ["followed by a line end", `${right}\n`, "contains white space"],
    ["with a space inside", `${right.slice(0, 20)} ${right.slice(21)}`, "contains white space"],
    ["in the other alphabet", foreign, "is in "],
    ["with a character of no alphabet", `!${right.slice(1)}`, "contains characters foreign to "],
    ["with a character beyond Latin-1", `\u0141${right.slice(1)}`, "contains characters foreign to "],
    ["with padding in the middle", `${right.slice(0, 10)}=${right.slice(11)}`, "does not end in exactly one ="],
    ["with stray bits at its end", `${right.slice(0, 42)}9=`, "has stray bits in its last character"],
  ])("is refused %s", (_, text, fault) => {
    const { message, code } = refusal(parse, text);
    expect(message).toContain(fault);
    expect(message).toContain(kind);
    expect(message).toContain("fleet-server keys generate");
    expect(code).toBe("INVALID_KEY");
  });

  it("never appears in the message that refuses it", () => {
    const texts = [right.slice(1), `${right}\n`, foreign, `!${right.slice(1)}`, `${right.slice(0, 42)}9=`];
    for (const text of texts) {
      const { message, stack } = refusal(parse, text);
      for (let start = 0; start + 8 <= text.length; start++) {
        expect(`${message}${stack ?? ""}`).not.toContain(text.slice(start, start + 8));
      }
    }
  });

  it("is read as other bytes, or not at all, with any one character replaced", () => {
    const decode = (text: string): Buffer => Buffer.from(text, "base64");
    for (const text of withEachCharacterReplaced(right)) {
      try {
        parse(text);
        expect(decode(text).equals(decode(right))).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidKeyError);
      }
    }
  });
});

describe("parsePayloadKey", () => {
  it("gives the 32 bytes that any key stands for", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(parsePayloadKey(Buffer.from(bytes).toString("base64"))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("reads generated keys, each of them another", () => {
    const texts = Array.from({ length: 50 }, generatePayloadKey);
    expect(new Set(texts.map((text) => parsePayloadKey(text).toString("hex"))).size).toBe(50);
  });
});
