import { crc32 } from "node:zlib";

/** One report as it lies in the queue. */
export interface QueueRecord {
  /** Where its line begins in the file. */
  offset: number;
  /** When the report was made, milliseconds since 1970. */
  atMs: number;
  /** What is posted: the report's JSON or its envelope, on one line. */
  body: string;
}

const LINE_FEED = 10;
const LINE = /^([0-9a-f]{8}) ((\d{1,16}) (.+))$/;

/** A record is one line: the CRC-32 (ISO 3309, as in gzip) of all that follows, the time, the body. */
export function encodeRecord(atMs: number, body: string): Buffer {
  const content = `${atMs} ${body}`;
  return Buffer.from(`${checksum(content)} ${content}\n`, "utf8");
}

/**
 * Reads every whole record of a file. What a killed process or a failing disk left in between is passed over: a line without
 * its end was never accepted and goes unmentioned, a whole one that does not match its checksum counts as damaged.
 */
export function decodeRecords(content: Buffer): { records: QueueRecord[]; damaged: number } {
  const records: QueueRecord[] = [];
  let damaged = 0;
  for (let offset = 0, end = content.indexOf(LINE_FEED); end >= 0; end = content.indexOf(LINE_FEED, offset)) {
    const [, sum, rest = "", time, body = ""] = LINE.exec(content.toString("utf8", offset, end)) ?? [];
    if (sum === undefined || sum !== checksum(rest)) damaged += 1;
    else records.push({ offset, atMs: Number(time), body });
    offset = end + 1;
  }
  return { records, damaged };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
