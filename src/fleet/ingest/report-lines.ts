import { tooManyReports } from "./report-errors.js";

export const MAX_BATCH_REPORTS = 500;

const LINE_FEED = 0x0a;

/**
 * The lines of a batch (NDJSON, https://github.com/ndjson/ndjson-spec), each the bytes of one report. Lines of nothing but
 * white space are no reports and left out. Throws FleetError 413 where there are more than MAX_BATCH_REPORTS.
 */
export function reportLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < body.length) {
    const found = body.indexOf(LINE_FEED, start);
    const end = found < 0 ? body.length : found;
    const line = body.subarray(start, end);
    if (!isBlank(line)) {
      if (lines.length === MAX_BATCH_REPORTS) throw tooManyReports(MAX_BATCH_REPORTS);
      lines.push(line);
    }
    start = end + 1;
  }
  return lines;
}

/** JSON's white space (RFC 8259): blank, tab, carriage return. A report's first byte decides. */
function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
