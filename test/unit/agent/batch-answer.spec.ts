import { readBatchAnswer } from "../../../agent/src/delivery/batch-answer.js";

describe("batch answer", () => {
  it("tells what became of each report", () => {
    const results = [
      { status: "ok" },
      { error: "machine_id is required", code: "INVALID_MACHINE_ID" },
      { error: "Too many reports", code: "OVERLOADED" },
      { code: "X" },
      null,
    ];
    expect(readBatchAnswer(JSON.stringify({ results }), 5)).toEqual([
      { fate: "taken" },
      { fate: "refused", reason: '"machine_id is required"' },
      { fate: "later" },
      { fate: "refused", reason: '"X"' },
      { fate: "refused", reason: "no reason given" },
    ]);
  });

  it.each(["", "<html>", "null", "[]", "{}", '{"results":{}}', '{"results":[{"status":"ok"}]}'])(
    "is none when it is %j",
    (body) => {
      expect(readBatchAnswer(body, 2)).toBeNull();
    },
  );

  it("lets no server forge the log", () => {
    const results = [{ error: "a\nb" }];
    expect(readBatchAnswer(JSON.stringify({ results }), 1)).toEqual([{ fate: "refused", reason: '"a b"' }]);
  });
});
