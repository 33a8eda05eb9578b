import fc from "fast-check";
import { MAX_DEPTH, parseJson } from "../../../src/fleet/ingest/parse-json.js";

const codeOf = (body: Buffer): unknown => {
  try {
    parseJson(body);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return "accepted";
};

describe("parseJson", () => {
  it("gives back what was written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(Buffer.from(text))).toEqual({ value: JSON.parse(text) as unknown, text });
      }),
    );
  });

  it.each([
    ["nothing", "", "INVALID_JSON"],
    ["words", "hello", "INVALID_JSON"],
    ["bare NaN", '{"a":NaN}', "INVALID_JSON"],
    ["a broken end", '{"a":1', "INVALID_JSON"],
    ["brackets inside strings", `{"a":"${"[".repeat(1000)}"}`, "accepted"],
    ["an escaped quote before brackets", `{"a":"\\"${"[".repeat(1000)}"}`, "accepted"],
    ["arrays as deep as allowed", "[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH), "accepted"],
    ["arrays one level deeper", "[".repeat(MAX_DEPTH + 1) + "]".repeat(MAX_DEPTH + 1), "REPORT_TOO_DEEP"],
    ["a million brackets", "[".repeat(1_000_000), "REPORT_TOO_DEEP"],
  ])("judges %s", (_what, body, expected) => {
    expect(codeOf(Buffer.from(body))).toBe(expected);
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(codeOf(Buffer.from([0x22, 0xff, 0x22]))).toBe("INVALID_JSON");
  });

  it("says what to write instead of NaN, and never repeats the body", () => {
    expect(() => parseJson(Buffer.from('{"token":"s3cret","cpu":NaN}'))).toThrow(/write null/);
    expect(() => parseJson(Buffer.from('{"token":"s3cret",}'))).toThrow(/^(?!.*s3cret)/);
  });
});
