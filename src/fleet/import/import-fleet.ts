import { InvalidTokenError } from "../../crypto/errors.js";
import { figuresOf } from "../history/figures.js";
import type { FleetHashes } from "../fleet-hashes.js";
import type { InfoReader } from "../ingest/info-reader.js";
import { parseJson } from "../ingest/parse-json.js";
import type { AcceptedReport, FleetStore } from "../store/fleet-store.js";
import { type RowReports, commitRows } from "./commit-rows.js";
import type { ImportMark } from "./import-mark.js";
import type { PredecessorDatabase, PredecessorMachine, PredecessorSample } from "./predecessor-database.js";
import type { ZonedTime } from "./zoned-time.js";

type JsonObject = Readonly<Record<string, unknown>>;

export interface ImportCounts {
  readonly machines: number;
  readonly samples: number;
  /** Rows that were left out, by the reason. */
  readonly skipped: ReadonlyMap<string, number>;
}

interface Importing {
  readonly from: PredecessorDatabase;
  readonly into: FleetStore;
  readonly infos: InfoReader;
  readonly hashes: FleetHashes;
  readonly time: ZonedTime;
  readonly mark: ImportMark;
  /** Told after each batch how many rows were read, those of an earlier run included. */
  readonly onProgress: (rows: number) => void;
}

const BATCH = 250;
/** A write more for every batch would be too many; what is repeated after a break costs less. */
const BATCHES_TO_MARK = 10;
/** What the store keeps of a machine's id; see ReportReader. */
const MAX_MACHINE_ID = 255;

/**
 * Copies machines and their history through the commit that reports take: what is there already is not stored twice, so
 * it may be ended at any moment and run again; samples then go on near where they ended. A row that cannot be read, or that
 * the database refuses, is counted and left out.
 */
export async function importFleet(importing: Importing): Promise<ImportCounts> {
  const { from, mark, time } = importing;
  const before = await mark.read();
  const skippedMachines = new Map<string, number>();
  let rows = before?.row === undefined ? 0 : from.samplesUpTo(before.row);
  const add = async <Row>(
    all: Iterable<Row>,
    toReports: (row: Row) => RowReports,
    counts: { done: number; skipped: Map<string, number> },
    afterBatch: (last: Row) => Promise<void> = () => Promise.resolve(),
  ) => {
    let batch: RowReports[] = [];
    let last: Row | undefined;
    const commit = async () => {
      const refused = batch.length === 0 ? 0 : await commitRows(importing.into, batch);
      counts.done += batch.length - refused;
      count(counts.skipped, "the database refuses it", refused);
      batch = [];
      importing.onProgress(rows);
      if (last !== undefined) await afterBatch(last);
    };
    for (const row of all) {
      rows += 1;
      last = row;
      try {
        batch.push(toReports(row));
      } catch (error) {
        count(counts.skipped, reasonOf(error), 1);
      }
      if (batch.length >= BATCH) await commit();
    }
    await commit();
    return counts;
  };

  const machines = await add(from.machines(), (row) => machineReports(importing, row), {
    done: 0,
    skipped: skippedMachines,
  });
  const lastTimes = new Map<string, number>();
  const counts = { done: before?.samples ?? 0, skipped: new Map(Object.entries(before?.skipped ?? {})) };
  let batches = 0;
  await add(
    from.samples(before?.row ?? 0),
    (row) => [sampleReport(importing, row, lastTimes)],
    counts,
    async ({ row, timestamp }) => {
      // Which of two equal times is meant shows only after the one before them, so nobody is to start among those.
      if (++batches < BATCHES_TO_MARK || time.isShownTwice(timestamp)) return;
      batches = 0;
      await mark.write({ row, samples: counts.done, skipped: Object.fromEntries(counts.skipped) });
    },
  );
  await mark.remove();
  const skipped = new Map(counts.skipped);
  for (const [reason, n] of skippedMachines) count(skipped, reason, n);
  return { machines: machines.done, samples: counts.done, skipped };
}

function count(skipped: Map<string, number>, reason: string, n: number): void {
  if (n > 0) skipped.set(reason, (skipped.get(reason) ?? 0) + n);
}

function reasonOf(error: unknown): string {
  if (error instanceof SkippedRow) return error.message;
  return error instanceof InvalidTokenError ? "the key does not open it, or it is damaged" : "its JSON is damaged";
}

class SkippedRow extends Error {}

/** First what the machine is, as of the first time it was seen; then what it last said. */
function machineReports({ from, infos, hashes, time }: Importing, row: PredecessorMachine): AcceptedReport[] {
  const machineId = checkedId(row.machineId);
  const firstSeen = checkedTime(time.parse(row.firstSeen));
  const lastSeen = checkedTime(time.parse(row.lastSeen));
  const facts = infos.read(machineId, documentOf(from, row.info));
  const metrics = documentOf(from, row.metrics);
  const first = {
    ...infos.read(machineId, undefined),
    machineId,
    encrypted: false,
    metrics: null,
    figures: figuresOf(null),
  };
  const sampledAt = time.parse(metrics?.["timestamp"]) ?? lastSeen;
  return [
    // Without metrics it leaves no sample.
    { ...first, arrivedAt: firstSeen, sampledAt: firstSeen, repeatHash: hashes.content(`imported ${machineId}`) },
    {
      ...facts,
      machineId,
      encrypted: false,
      arrivedAt: lastSeen,
      sampledAt: Math.min(sampledAt, lastSeen),
      repeatHash: metrics ? null : hashes.content(`imported ${machineId} last`),
      metrics: metrics ? JSON.stringify(metrics) : null,
      figures: figuresOf(metrics),
    },
  ];
}

function sampleReport(
  { from, infos, time }: Importing,
  row: PredecessorSample,
  lastTimes: Map<string, number>,
): AcceptedReport {
  const machineId = checkedId(row.machineId);
  const at = checkedTime(time.parse(row.timestamp, lastTimes.get(machineId)));
  lastTimes.set(machineId, at);
  const metrics = documentOf(from, row.metrics);
  if (!metrics) throw new SkippedRow("it has no metrics");
  return {
    ...infos.read(machineId, undefined),
    machineId,
    encrypted: false,
    arrivedAt: at,
    sampledAt: at,
    repeatHash: null,
    metrics: JSON.stringify(metrics),
    figures: figuresOf(metrics),
  };
}

function documentOf(from: PredecessorDatabase, document: string | null): JsonObject | undefined {
  if (document === null || document === "") return undefined;
  const { value } = parseJson(Buffer.from(withoutNaN(from.open(document))));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SkippedRow("it is no JSON object");
  return Object.keys(value).length === 0 ? undefined : (value as JsonObject);
}

/** Python writes numbers that JSON does not know; a report would have null in their place. */
function withoutNaN(json: string): string {
  if (!/NaN|Infinity/.test(json)) return json;
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : "null"));
}

function checkedId(value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > MAX_MACHINE_ID || /\p{Cc}/u.test(value)) {
    throw new SkippedRow("its machine id cannot be used");
  }
  return value.toWellFormed();
}

function checkedTime(at: number | undefined): number {
  if (at === undefined || at < 0) throw new SkippedRow("its time cannot be read");
  return at;
}
