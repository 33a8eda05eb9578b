import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { type QueueLimits, ReportQueue } from "../../../agent/src/queue/report-queue.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const DAY_MS = 24 * 3600_000;
const NO_LIMITS: QueueLimits = { maxBytes: 100e6, maxAgeMs: 6 * DAY_MS };
const newFolder = () => path.join(makeTempFolder("queue"), "queue");
const filesOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
const bytesOf = (folder: string) => filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);

function fill(queue: ReportQueue, from: number, count: number, padding = ""): void {
  for (let number = from; number < from + count; number += 1) queue.append(Date.now(), text(number, padding));
}

function text(number: number, padding = ""): string {
  return JSON.stringify({ number, padding });
}

/** Everything that waits, in order, settled as it is read. */
function drained(queue: ReportQueue): number[] {
  const numbers: number[] = [];
  for (let found = queue.oldest(7, null); found.length > 0; found = queue.oldest(7, null)) {
    numbers.push(...found.map((one) => (JSON.parse(one.body) as { number: number }).number));
    queue.settle(found.map((one) => one.place));
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("report queue", () => {
  it("gives reports back in their order, over any number of files and restarts", () => {
    const folder = newFolder();
    const padding = "x".repeat(10_000);
    for (let run = 0; run < 4; run += 1) fill(new ReportQueue(folder, NO_LIMITS), run * 60, 60, padding);
    expect(filesOf(folder).length).toBeGreaterThan(4);
    const queue = new ReportQueue(folder, NO_LIMITS);
    expect(queue.waiting).toBe(240);
    expect(drained(queue)).toEqual(upTo(240));
    expect([queue.waiting, bytesOf(folder)]).toEqual([0, 0]);
  });

  it("takes no room for reports that are settled at once", () => {
    const folder = newFolder();
    const queue = new ReportQueue(folder, NO_LIMITS);
    for (const number of upTo(50)) queue.settle([queue.append(Date.now(), text(number))]);
    expect(filesOf(folder)).toHaveLength(1);
    expect(bytesOf(folder)).toBe(0);
  });

  it("leaves out the one that is on its way by itself", () => {
    const queue = new ReportQueue(newFolder(), NO_LIMITS);
    fill(queue, 0, 2);
    const place = queue.append(Date.now(), text(2));
    expect(queue.oldest(10, place).map((one) => one.body)).toEqual([text(0), text(1)]);
    queue.settle([place]);
    expect(drained(queue)).toEqual([0, 1]);
  });

  it("never settles a report for another that lay in its place before", () => {
    const queue = new ReportQueue(newFolder(), NO_LIMITS);
    const former = queue.append(Date.now(), text(0));
    queue.settle([former]);
    queue.append(Date.now(), text(1));
    queue.settle([former]);
    expect(drained(queue)).toEqual([1]);
  });

  it("is private, whatever the folder was before", () => {
    const folder = makeTempFolder("queue");
    const before = process.umask(0);
    try {
      fill(new ReportQueue(folder, NO_LIMITS), 0, 1);
    } finally {
      process.umask(before);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(filesOf(folder).map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
  });

  it("drops the oldest past its size and counts them", () => {
    const folder = newFolder();
    const queue = new ReportQueue(folder, { ...NO_LIMITS, maxBytes: 100_000 });
    fill(queue, 0, 300, "x".repeat(1000));
    expect(bytesOf(folder)).toBeLessThanOrEqual(100_000);
    const { full, tooOld, damaged } = queue.takeGivenUp();
    expect([tooOld, damaged]).toEqual([0, 0]);
    expect(full).toBeGreaterThan(200);
    expect(drained(queue)).toEqual(upTo(300).slice(full));
    expect(queue.takeGivenUp()).toEqual({ full: 0, tooOld: 0, damaged: 0 });
  });

  it("drops what is too old and counts it, also what became so while it lay there", () => {
    const folder = newFolder();
    let nowMs = Date.now();
    const first = new ReportQueue(folder, NO_LIMITS, () => nowMs);
    for (const number of upTo(6)) first.append(nowMs - (6 - number) * DAY_MS, text(number));
    nowMs += 1000;
    expect(first.oldest(1, null).map((one) => one.body)).toEqual([text(1)]);
    expect(first.takeGivenUp().tooOld).toBe(1);
    nowMs += 2 * DAY_MS;
    const second = new ReportQueue(folder, NO_LIMITS, () => nowMs);
    expect(drained(second)).toEqual([3, 4, 5]);
    expect(second.takeGivenUp().tooOld).toBe(3);
    nowMs += 7 * DAY_MS;
    fill(new ReportQueue(folder, NO_LIMITS), 6, 1);
    const third = new ReportQueue(folder, NO_LIMITS, () => nowMs);
    expect(third.takeGivenUp().tooOld).toBe(1);
    expect(bytesOf(folder)).toBe(0);
  });

  it("passes over a torn line and goes on behind it", () => {
    const folder = newFolder();
    fill(new ReportQueue(folder, NO_LIMITS), 0, 2);
    const [file = ""] = filesOf(folder);
    appendFileSync(file, readFileSync(file).subarray(0, 20));
    fill(new ReportQueue(folder, NO_LIMITS), 2, 2);
    const queue = new ReportQueue(folder, NO_LIMITS);
    expect(drained(queue)).toEqual([0, 1, 2, 3]);
    expect(queue.takeGivenUp().damaged).toBe(0);
  });

  it("counts damaged lines and is not held up by a file that is nothing but that", () => {
    const folder = newFolder();
    fill(new ReportQueue(folder, NO_LIMITS), 0, 3);
    const [file = ""] = filesOf(folder);
    writeFileSync(file, "\0\0\0\0\nnonsense\n");
    fill(new ReportQueue(folder, NO_LIMITS), 3, 1);
    const queue = new ReportQueue(folder, NO_LIMITS);
    expect(drained(queue)).toEqual([3]);
    expect(queue.takeGivenUp().damaged).toBe(2);
    expect(bytesOf(folder)).toBe(0);
  });

  it("is not held up by a file that cannot be read", () => {
    const folder = newFolder();
    fill(new ReportQueue(folder, NO_LIMITS), 0, 2);
    const queue = new ReportQueue(folder, NO_LIMITS);
    for (const file of filesOf(folder)) rmSync(file);
    fill(queue, 2, 1);
    expect(drained(queue)).toEqual([2]);
    expect(queue.takeGivenUp().damaged).toBe(2);
  });

  it("says when the disk takes no report, and goes on when it does again", () => {
    const folder = newFolder();
    const queue = new ReportQueue(folder, NO_LIMITS);
    rmSync(folder, { recursive: true });
    expect(() => queue.append(Date.now(), text(0))).toThrow("ENOENT");
    expect([queue.waiting, queue.oldest(1, null)]).toEqual([0, []]);
    mkdirSync(folder);
    fill(queue, 1, 1);
    expect(drained(queue)).toEqual([1]);
  });

  it("cannot be made where there is no folder to be made", () => {
    expect(() => new ReportQueue("/dev/null/queue", NO_LIMITS)).toThrow("ENOTDIR");
  });
});
