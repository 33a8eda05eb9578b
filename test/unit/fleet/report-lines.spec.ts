import { MAX_BATCH_REPORTS, reportLines } from "../../../src/fleet/ingest/report-lines.js";

const linesOf = (text: string) => reportLines(Buffer.from(text)).map((line) => line.toString());

describe("reportLines", () => {
  it.each([
    ["nothing", "", []],
    ["one line without an end", "{}", ["{}"]],
    ["lines with ends", "1\n2\n3\n", ["1", "2", "3"]],
    ["blank lines and lines of white space", "\n\n1\n \t\r\n2\n\n", ["1", "2"]],
    ["the line ends of Windows, which JSON reads as white space", "1\r\n2\r\n", ["1\r", "2\r"]],
    ["text of several bytes per character", "é\n日本", ["é", "日本"]],
  ])("splits %s", (_what, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it("takes as many reports as a batch may hold, blank lines not counted, and refuses one more", () => {
    const full = "{}\n\n".repeat(MAX_BATCH_REPORTS);
    expect(linesOf(full)).toHaveLength(MAX_BATCH_REPORTS);
    expect(() => linesOf(`${full}{}`)).toThrow(
      expect.objectContaining({ status: 413, code: "TOO_MANY_REPORTS" }) as Error,
    );
  });
});
