import type { DescribedOperation } from "../../common/operation.js";
import { batchResults, reportStored } from "./ingest-answer.js";
import { batchBody, reportBody } from "./report-body.js";

/** The routes that `reportListener` takes at the HTTP server, where no decorator describes them. */
export const reportOperations: readonly DescribedOperation[] = [
  {
    method: "post",
    path: "/api/fleet/report",
    section: "Agents",
    access: { kind: "agent" },
    operation: {
      id: "sendReport",
      summary: "Stores a report, and answers once it is committed.",
      description:
        "At most `server.max_report_size` bytes; `Content-Encoding: gzip` is allowed. A repeat of the same report is " +
        "recognised by its machine id and time, changes nothing and is answered the same.",
      answers: { 200: reportStored },
      body: { "application/json": reportBody },
    },
  },
  {
    method: "post",
    path: "/api/fleet/reports",
    section: "Agents",
    access: { kind: "agent" },
    operation: {
      id: "sendReports",
      summary: "Stores up to 500 reports at once, and answers once they are committed.",
      description: "A report that cannot be taken is told in its result and fails no other one.",
      answers: { 200: batchResults },
      body: { "application/x-ndjson": batchBody },
    },
  },
];
