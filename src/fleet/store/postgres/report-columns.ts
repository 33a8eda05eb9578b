import type { AcceptedReport } from "../fleet-store.js";

/** A report as it is sent: its documents sealed, the info left out (null) where that of `infoHash` is stored already. */
export type SealedReport = AcceptedReport;

const PARAMETERS = 21;

/** One statement, which PostgreSQL does not begin before it has read all of its parameters. */
export const CALL_COMMIT_REPORTS = `CALL fleet_commit_reports(${Array.from({ length: PARAMETERS }, (_, at) => `$${at + 1}`).join(", ")})`;

/**
 * The parameters of `fleet_commit_reports`, in its order. The documents go as bytes: as the text of an array every quote
 * of their JSON would have to be escaped, which took the event loop longer than sealing them.
 */
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
    column((each) => byteLength(each.info)),
    column((each) => each.infoHash),
    column((each) => each.hostname),
    column((each) => each.hostnameHash),
    column((each) => each.serialHash),
    column((each) => byteLength(each.metrics)),
    Buffer.from(reports.flatMap((each) => [each.info ?? "", each.metrics ?? ""]).join("")),
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

function byteLength(document: string | null): number | null {
  return document === null ? null : Buffer.byteLength(document);
}
