import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import path from "node:path";

import { QueueSegment } from "./queue-segment.js";

const NAME = /^(\d{10})\.reports$/;
const LINE_FEED = 10;

/** What earlier processes left in the queue's folder, oldest first; the folder is made where it is missing, and made private. */
export function foundSegments(folder: string): { segments: QueueSegment[]; lastNumber: number } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const names = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
  const buffer = Buffer.alloc(64 * 1024);
  const segments = names.map((name) => {
    const file = path.join(folder, name);
    const { size, mtimeMs } = statSync(file);
    return QueueSegment.found(file, size, mtimeMs, lineCount(file, buffer));
  });
  return { segments, lastNumber: Number(NAME.exec(names.at(-1) ?? "")?.[1] ?? 0) };
}

/** Counted piece by piece: a full queue is larger than all the memory the agent may use. */
function lineCount(file: string, buffer: Buffer): number {
  const fd = openSync(file, "r");
  try {
    let count = 0;
    for (let length = readSync(fd, buffer); length > 0; length = readSync(fd, buffer)) {
      const piece = buffer.subarray(0, length);
      for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) count += 1;
    }
    return count;
  } finally {
    closeSync(fd);
  }
}
