import type { Figures } from "../../history/figures.js";
import type { AcceptedReport } from "../fleet-store.js";

/**
 * A report as it is sent: its documents sealed, the info left out (null) where that of `infoHash` is stored already.
 * `wholeSample` is the metrics in the form that history keeps them in, should it keep these; null: as they are.
 */
export interface SealedReport extends AcceptedReport {
  readonly wholeSample: string | null;
}

const PARAMETERS = 25;
/** Smaller ones would leave the range of PostgreSQL's `real`, which it refuses. */
const SMALLEST_FIGURE = 1e-37;

/** One statement, which PostgreSQL does not begin before it has read all of its parameters. */
export const CALL_COMMIT_REPORTS = `CALL fleet_commit_reports_2(${Array.from({ length: PARAMETERS }, (_, at) => `$${at + 1}`).join(", ")})`;

/**
 * The parameters of `fleet_commit_reports_2`, in its order. The documents go as bytes: as the text of an array every quote
 * of their JSON would have to be escaped, which took the event loop longer than sealing them.
 */
export function reportColumns(
  reports: readonly SealedReport[],
  limits: { readonly detailIntervalMs: number; readonly repeatWindowMs: number },
): unknown[] {
  const texts = (value: (report: SealedReport) => string | null) => reports.map(value);
  // The driver would look for quotes in every number.
  const numbers = (value: (report: SealedReport) => number | boolean | null) =>
    `{${reports.map((report) => value(report) ?? "NULL").join(",")}}`;
  const figure = (value: (figures: Figures) => number | null) =>
    numbers(({ figures }) => storableFigure(value(figures)));
  return [
    texts((each) => each.machineId),
    numbers((each) => Math.trunc(each.arrivedAt)),
    numbers((each) => Math.trunc(each.sampledAt)),
    texts((each) => each.repeatHash),
    numbers((each) => each.encrypted),
    numbers((each) => byteLength(each.info)),
    texts((each) => each.infoHash),
    texts((each) => each.hostname),
    texts((each) => each.hostnameHash),
    texts((each) => each.serialHash),
    texts(searchText),
    texts((each) => each.searchHashes),
    texts((each) => each.identity),
    numbers((each) => byteLength(each.metrics)),
    numbers((each) => byteLength(each.wholeSample)),
    Buffer.from(reports.flatMap((each) => [each.info ?? "", each.metrics ?? "", each.wholeSample ?? ""]).join("")),
    figure((each) => each.cpu),
    figure((each) => each.memory),
    figure((each) => each.disk),
    figure((each) => each.load1),
    figure((each) => each.bytesSent),
    figure((each) => each.bytesReceived),
    figure((each) => each.processes),
    Math.trunc(limits.detailIntervalMs),
    Math.trunc(limits.repeatWindowMs),
  ];
}

function byteLength(document: string | null): number | null {
  return document === null ? null : Buffer.byteLength(document);
}

/** With the id, so that one look at one column finds either. */
function searchText({ machineId, searchText: words }: SealedReport): string {
  return words === null ? machineId.toLowerCase() : `${machineId.toLowerCase()}\n${words}`;
}

function storableFigure(value: number | null): number | null {
  return value !== null && Math.abs(value) < SMALLEST_FIGURE ? 0 : value;
}
