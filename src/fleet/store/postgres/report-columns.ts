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
  const column = <T>(value: (report: SealedReport) => T) => reports.map(value);
  const figure = (value: (figures: Figures) => number | null) =>
    column(({ figures }) => storableFigure(value(figures)));
  return [
    column((each) => each.machineId),
    column((each) => Math.trunc(each.arrivedAt)),
    column((each) => Math.trunc(each.sampledAt)),
    column((each) => each.repeatHash),
    column((each) => each.encrypted),
    column((each) => byteLength(each.info)),
    column((each) => each.infoHash),
    column((each) => each.hostname),
    column((each) => each.hostnameHash),
    column((each) => each.serialHash),
    column(searchText),
    column((each) => each.searchHashes),
    column((each) => each.identity),
    column((each) => byteLength(each.metrics)),
    column((each) => byteLength(each.wholeSample)),
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
