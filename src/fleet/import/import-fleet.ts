import { figuresOf } from "../history/figures.js";
import type { FleetHashes } from "../fleet-hashes.js";
import type { InfoReader } from "../ingest/info-reader.js";
import { parseJson } from "../ingest/parse-json.js";
import type { AcceptedReport, FleetStore } from "../store/fleet-store.js";
import type { PredecessorDatabase, PredecessorMachine, PredecessorSample } from "./predecessor-database.js";
import type { ZonedTime } from "./zoned-time.js";

type JsonObject = Readonly<Record<string, unknown>>;

export interface ImportCounts {
  machines: number;
  samples: number;
  /** Rows that were left out, by the reason. */
  readonly skipped: Map<string, number>;
}

interface Importing {
  readonly from: PredecessorDatabase;
  readonly into: FleetStore;
  readonly infos: InfoReader;
  readonly hashes: FleetHashes;
  readonly time: ZonedTime;
  /** Told after each batch how many rows were read. */
  readonly onProgress: (rows: number) => void;
}

const BATCH = 250;
/** What the store keeps of a machine's id; see ReportReader. */
const MAX_MACHINE_ID = 255;

/**
 * Copies machines and their history through the commit that reports take: what is there already is not stored twice, so
 * it may be ended at any moment and run again. A row that cannot be read is counted and left out.
 */
export async function importFleet(importing: Importing): Promise<ImportCounts> {
  const counts: ImportCounts = { machines: 0, samples: 0, skipped: new Map() };
  const { from } = importing;
  let rows = 0;
  const commit = async (batch: AcceptedReport[]) => {
    if (batch.length > 0) await importing.into.commit(batch.splice(0));
    importing.onProgress(rows);
  };
  const add = async <Row>(all: Iterable<Row>, toReports: (row: Row) => AcceptedReport[], count: () => void) => {
    const batch: AcceptedReport[] = [];
    for (const row of all) {
      rows += 1;
      try {
        batch.push(...toReports(row));
        count();
      } catch (error) {
        const reason = error instanceof SkippedRow ? error.message : "the key does not open it, or it is damaged";
        counts.skipped.set(reason, (counts.skipped.get(reason) ?? 0) + 1);
      }
      if (batch.length >= BATCH) await commit(batch);
    }
    await commit(batch);
  };
  await add(
    from.machines(),
    (row) => machineReports(importing, row),
    () => (counts.machines += 1),
  );
  await add(
    from.samples(),
    (row) => [sampleReport(importing, row)],
    () => (counts.samples += 1),
  );
  return counts;
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

function sampleReport({ from, infos, time }: Importing, row: PredecessorSample): AcceptedReport {
  const machineId = checkedId(row.machineId);
  const at = checkedTime(time.parse(row.timestamp));
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
  const value = parseJson(Buffer.from(from.open(document)));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SkippedRow("it is no JSON object");
  return Object.keys(value).length === 0 ? undefined : (value as JsonObject);
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
