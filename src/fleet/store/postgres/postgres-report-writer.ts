import type pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import { DetailIntervals } from "../../history/detail-intervals.js";
import type { AcceptedReport } from "../fleet-store.js";
import { KnownInfo } from "./known-info.js";
import { mapInSlices } from "../../../common/map-in-slices.js";
import { queryFailure, sqlState } from "./query-failure.js";
import { CALL_COMMIT_REPORTS, type SealedReport, reportColumns } from "./report-columns.js";

interface Settings {
  readonly detailIntervalMs: number;
  readonly repeatWindowMs: number;
}

const MAX_ATTEMPTS = 4;
const MAX_PAUSE_MS = 20;
/** Later than this a load balancer has asked another node. */
const RETRY_WITHIN_MS = 1_500;

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
/** Raised by `fleet_commit_reports_2`, the machine's id as its detail. */
const INFO_LEFT_OUT = "FL001";

/** Commits batches of reports on PostgreSQL, each in one round trip that is its own transaction. */
export class PostgresReportWriter {
  private readonly known = new KnownInfo();
  /** Only a hint: the database decides which samples it keeps whole. */
  private readonly details: DetailIntervals<string>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly cipher: DocumentCipher,
    private readonly settings: Settings,
  ) {
    this.details = new DetailIntervals(settings.detailIntervalMs);
  }

  /** All or nothing, durable when it resolves. Conflicts with other nodes are tried again a few times. */
  async commit(reports: readonly AcceptedReport[]): Promise<void> {
    if (reports.length === 0) return;
    const giveUpAt = performance.now() + RETRY_WITHIN_MS;
    let sealed = await this.seal(reports, (report) => !this.known.isStored(report));
    for (let attempt = 1; ; attempt++) {
      try {
        await this.pool.query(CALL_COMMIT_REPORTS, reportColumns(sealed, this.settings));
        break;
      } catch (error) {
        const state = sqlState(error);
        if (attempt === MAX_ATTEMPTS || performance.now() > giveUpAt) throw queryFailure(error);
        if (state === INFO_LEFT_OUT) {
          this.known.distrust((error as pg.DatabaseError).detail ?? "");
          sealed = await this.seal(reports, () => true);
        } else if (state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED) {
          await sleep(Math.random() * MAX_PAUSE_MS);
        } else throw queryFailure(error);
      }
    }
    for (const report of reports) {
      this.known.learn(report);
      if (report.metrics !== null) this.details.note(report.machineId, report.sampledAt);
    }
  }

  private seal(
    reports: readonly AcceptedReport[],
    withInfo: (report: AcceptedReport) => boolean,
  ): Promise<SealedReport[]> {
    return mapInSlices(reports, (report) => ({
      ...report,
      info: report.info !== null && withInfo(report) ? this.cipher.seal(report.info) : null,
      infoHash: report.info === null ? null : report.infoHash,
      metrics: report.metrics === null ? null : this.cipher.seal(report.metrics),
      wholeSample: this.sealWholeSample(report),
    }));
  }

  /** Where history probably keeps it. The newest metrics stay as they are: nodes of the version before read them, too. */
  private sealWholeSample({ machineId, sampledAt, metrics }: AcceptedReport): string | null {
    if (metrics === null || !this.cipher.encrypts || this.details.isKept(machineId, sampledAt)) return null;
    return this.cipher.sealCompact(metrics);
  }
}
