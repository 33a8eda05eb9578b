import fc from "fast-check";

import { decodeRecords, encodeRecord } from "../../../agent/src/queue/queue-record.js";

const body = fc.oneof(
  fc.json().map((json) => JSON.stringify({ json })),
  fc.string({ unit: "binary", minLength: 1 }).map((text) => JSON.stringify(text)),
);
const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 4e12 }), body), { maxLength: 8 });
const encoded = (list: [number, string][]) => list.map(([atMs, text]) => encodeRecord(atMs, text));

describe("queue record", () => {
  it("comes back as it was, with its place", () => {
    fc.assert(
      fc.property(records, (list) => {
        const lines = encoded(list);
        const offsets = lines.map((_, index) => lines.slice(0, index).reduce((sum, line) => sum + line.length, 0));
        expect(decodeRecords(Buffer.concat(lines))).toEqual({
          records: list.map(([atMs, text], index) => ({ offset: offsets[index], atMs, body: text })),
          damaged: 0,
        });
      }),
    );
  });

  it("is there as long as all of it is, wherever the file breaks off", () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, cut) => {
        const lines = encoded(list);
        const content = Buffer.concat(lines);
        const kept = content.subarray(0, cut % (content.length + 1));
        let whole = 0;
        for (let length = 0; (length += lines[whole]?.length ?? Infinity) <= kept.length;) whole += 1;
        const found = decodeRecords(kept);
        expect(found.records.map((record) => record.body)).toEqual(list.slice(0, whole).map(([, text]) => text));
        expect(found.damaged).toBe(0);
      }),
    );
  });

  it("takes no other one along when a byte of it is wrong", () => {
    const texts = ['{"n":1}', '{"n":2}', '{"n":3}'];
    const lines = texts.map((text) => encodeRecord(1, text));
    const middle = (lines[0]?.length ?? 0) + 15;
    const content = Buffer.concat(lines);
    content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
    const found = decodeRecords(content);
    expect(found.records.map((record) => record.body)).toEqual([texts[0], texts[2]]);
    expect(found.damaged).toBe(1);
  });
});
