import fc from "fast-check";
import { sectionTexts } from "../../../src/fleet/ingest/section-texts.js";

const sections = ["machine_info", "metrics"] as const;
const awkward = fc.constantFrom(
  "metrics",
  "machine_info",
  '"',
  "\\",
  '"metrics":{',
  ',"machine_info":{',
  "}",
  "{}",
  "__proto__",
);
const key = fc.oneof(fc.string(), awkward);
const section = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 2 }), key, fc.dictionary(key, fc.constant(1))));
const member = fc.oneof(
  fc.tuple(
    fc.constant("machine_id"),
    key.map((id) => JSON.stringify(id)),
  ),
  fc.tuple(
    fc.constantFrom<string>(...sections, "metr\\u0069cs"),
    section.map((value) => JSON.stringify(value)),
  ),
  fc.tuple(
    fc.constantFrom<string>(...sections, "other", "1"),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  ),
);
const blank = fc.oneof({ weight: 6, arbitrary: fc.constant("") }, fc.constantFrom(" ", "\n"));

describe("sectionTexts", () => {
  it("gives what the section was parsed to, or nothing, whatever a report holds and however it is written", () => {
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 4 }),
        fc.array(blank, { minLength: 4, maxLength: 4 }),
        (members, blanks) => {
          const [afterName, before, after, end] = blanks;
          const written = members.map(([name, value]) => `${before}"${name}":${afterName}${value}${after}`);
          const json = `{${written.join(",")}}${end}`;
          const report = JSON.parse(json) as Record<string, unknown>;
          for (const name of sections) {
            const text = Object.hasOwn(report, name) ? sectionTexts(report, json)[name] : undefined;
            if (text !== undefined) expect(JSON.parse(text)).toEqual(report[name]);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  const of = (json: string) => {
    const report = JSON.parse(json) as object;
    return sections.map((name) => sectionTexts(report, json)[name]);
  };

  it.each([
    [
      "in the order agents send them",
      '{"machine_id":"a","machine_info":{"os":"x y"},"metrics":{"cpu":{"percent":1.50}}}',
    ],
    ["in another order", '{"metrics":{"cpu":{"percent":1.50}},"machine_info":{"os":"x y"},"machine_id":"a"}'],
  ])("keeps sections as they were written, %s", (_what, json) => {
    expect(of(json)).toEqual(['{"os":"x y"}', '{"cpu":{"percent":1.50}}']);
  });

  it.each([
    ["blanks", '{"machine_id": "a", "machine_info": {"a": 1}, "metrics": {"b": 2}}'],
    ["a name that stands there twice", '{"machine_info":{"metrics":1},"metrics":{"machine_info":2}}'],
    ["a name that is escaped", '{"machine_info":{"a":1},"metrics":{"b":2},"metr\\u0069cs":{"c":3}}'],
    ["other members", '{"machine_info":{"a":1},"other":1,"metrics":{"b":2}}'],
  ])("leaves %s to be written anew", (_what, json) => {
    expect(of(json)).toEqual([undefined, undefined]);
  });
});
