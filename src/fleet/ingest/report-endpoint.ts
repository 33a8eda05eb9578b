import { Inject, Injectable, Logger } from "@nestjs/common";
import type { IncomingMessage } from "node:http";
import { AgentKeys } from "../../auth/agent-keys.js";
import { errorAnswer } from "../../common/error-answer.js";
import { SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import type { AcceptedReport } from "../store/fleet-store.js";
import { mapInSlices } from "../../common/map-in-slices.js";
import type { ReportResult } from "./ingest-answer.js";
import { isJson, isNdjson } from "./media-type.js";
import { type BodyLimit, BodyReader } from "./read-body.js";
import { batchTooLarge, notJsonType, notNdjsonType, tooLarge } from "./report-errors.js";
import { reportLines } from "./report-lines.js";
import { ReportMetrics } from "./report-metrics.js";
import { ReportReader } from "./report-reader.js";
import { ReportWriter } from "./report-writer.js";

const BATCH_BYTES = 5 * 1024 * 1024;
const batchLimit: BodyLimit = { bytes: BATCH_BYTES, exceeded: () => batchTooLarge(BATCH_BYTES) };

/** One line of a batch: what it says, or why it cannot be taken. */
type ReadLine = { readonly report: AcceptedReport } | { readonly error: unknown };

/**
 * What agents' requests with reports are answered, once the reports are committed. Its methods throw a FleetError that
 * says what is wrong with the request as a whole; `abandoned` tells whether the client no longer waits.
 */
@Injectable()
export class ReportEndpoint {
  private readonly logger = new Logger("ReportEndpoint");
  private readonly bodies = new BodyReader();
  private readonly reportLimit: BodyLimit;
  private readonly agentKeys: AgentKeys;

  constructor(
    @Inject(SERVER_CONFIG) server: ServerConfig,
    private readonly reader: ReportReader,
    private readonly writer: ReportWriter,
    private readonly metrics: ReportMetrics,
  ) {
    this.agentKeys = new AgentKeys(server.api_key);
    const bytes = server.max_report_size;
    this.reportLimit = { bytes, exceeded: () => tooLarge(bytes) };
  }

  /** `POST /api/fleet/report` */
  async one(req: IncomingMessage, abandoned: () => boolean): Promise<object> {
    try {
      this.assertAgent(req);
      if (!isJson(req.headers["content-type"])) throw notJsonType();
      const report = await this.bodies.read(req, this.reportLimit, (body) => this.reader.read(body));
      const failures = await this.writer.write([report], abandoned);
      if (failures.has(report)) throw failures.get(report);
      this.metrics.ended(undefined, false);
      return { status: "ok", e2ee_verified: report.encrypted, db_key_stored: false };
    } catch (error) {
      this.metrics.ended(error, abandoned());
      throw error;
    }
  }

  /** `POST /api/fleet/reports`: a result for each, in their order. A bad report fails no other one. */
  async batch(req: IncomingMessage, abandoned: () => boolean): Promise<{ results: ReportResult[] }> {
    let lines: readonly ReadLine[] | undefined;
    try {
      lines = await this.readBatch(req);
      const reports = lines.flatMap((line) => ("report" in line ? [line.report] : []));
      const failures = await this.writer.write(reports, abandoned);
      const errors = lines.map((line) => ("report" in line ? failures.get(line.report) : line.error));
      for (const error of errors) this.metrics.ended(error, false);
      this.logUnforeseen(errors);
      return { results: errors.map(resultOf) };
    } catch (error) {
      // What could not be read counts as one.
      this.metrics.ended(error, abandoned(), lines?.length ?? 1);
      throw error;
    }
  }

  private async readBatch(req: IncomingMessage): Promise<readonly ReadLine[]> {
    this.assertAgent(req);
    if (!isNdjson(req.headers["content-type"])) throw notNdjsonType();
    return this.bodies.read(req, batchLimit, (body) => mapInSlices(reportLines(body), (line) => this.readLine(line)));
  }

  private assertAgent(req: IncomingMessage): void {
    const key = req.headers["x-api-key"];
    this.agentKeys.assertAccepted(typeof key === "string" ? key : undefined);
  }

  private readLine(line: Buffer): ReadLine {
    try {
      if (line.length > this.reportLimit.bytes) throw this.reportLimit.exceeded();
      return { report: this.reader.read(line) };
    } catch (error) {
      return { error };
    }
  }

  /** A fault of ours is answered without its details; one of each batch is enough to find it by. */
  private logUnforeseen(errors: readonly unknown[]): void {
    const first = errors.find((error) => error !== undefined && errorAnswer(error).internal);
    if (first !== undefined) this.logger.error({ msg: "A report of a batch failed unexpectedly", err: first });
  }
}

function resultOf(error: unknown): ReportResult {
  if (error === undefined) return { status: "ok" };
  const { message, code } = errorAnswer(error);
  return { error: message, code };
}
