import type { AcceptedReport } from "../fleet-store.js";

/** A report whose documents are sealed. Its info may be left out (null) where `infoHash` says that it is stored. */
export type SealedReport = AcceptedReport;

/** One statement, which PostgreSQL does not begin before it has read all of its parameters. */
export const CALL_COMMIT_REPORTS = `CALL fleet_commit_reports(${Array.from({ length: 20 }, (_, at) => `$${at + 1}`).join(", ")})`;

/** The parameters of `fleet_commit_reports`, in its order. */
export function reportColumns(
  reports: readonly SealedReport[],
  limits: { readonly detailIntervalMs: number; readonly repeatWindowMs: number },
): unknown[] {
  const column = <T>(value: (report: SealedReport) => T) => reports.map(value);
  return [
    column((each) => each.machineId),
    column((each) => Math.trunc(each.arrivedAt)),
    column((each) => Math.trunc(each.sampledAt)),
    column((each) => each.repeatHash),
    column((each) => each.encrypted),
    column((each) => each.info),
    column((each) => each.infoHash),
    column((each) => each.hostname),
    column((each) => each.hostnameHash),
    column((each) => each.serialHash),
    column((each) => each.metrics),
    column((each) => each.figures.cpu),
    column((each) => each.figures.memory),
    column((each) => each.figures.disk),
    column((each) => each.figures.load1),
    column((each) => each.figures.bytesSent),
    column((each) => each.figures.bytesReceived),
    column((each) => each.figures.processes),
    Math.trunc(limits.detailIntervalMs),
    Math.trunc(limits.repeatWindowMs),
  ];
}
