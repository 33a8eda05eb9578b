import { FleetError } from "../../common/fleet-error.js";

export const notJson = (why: string, cause?: unknown) =>
  new FleetError(400, "INVALID_JSON", `The body is not JSON: ${why}.`, { cause });

export const tooDeep = (limit: number) =>
  new FleetError(400, "REPORT_TOO_DEEP", `The report is nested more than ${limit} levels deep; flatten it.`);

export const invalidReport = (what: string) => new FleetError(400, "INVALID_REPORT", what);

export const invalidMachineId = (what: string) => new FleetError(400, "INVALID_MACHINE_ID", what);

export const notJsonType = () =>
  new FleetError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the report as JSON, with Content-Type: application/json.");

export const notNdjsonType = () =>
  new FleetError(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    "Send a batch as one report per line, with Content-Type: application/x-ndjson.",
  );

export const unknownEncoding = () =>
  new FleetError(415, "UNSUPPORTED_ENCODING", "Send the body as it is, or with Content-Encoding: gzip.");

export const tooLarge = (limitBytes: number) =>
  new FleetError(413, "REPORT_TOO_LARGE", `The report is larger than ${limitBytes} bytes (server.max_report_size).`);

export const batchTooLarge = (limitBytes: number) =>
  new FleetError(413, "BATCH_TOO_LARGE", `The batch is larger than ${limitBytes} bytes unpacked; send it in parts.`);

export const tooManyReports = (limit: number) =>
  new FleetError(413, "TOO_MANY_REPORTS", `A batch holds at most ${limit} reports; send more in several batches.`);

export const incompleteBody = (cause: unknown) =>
  new FleetError(400, "INCOMPLETE_BODY", "The body ended early or its compression is damaged.", { cause });

/** The words are the contract's: agents in the field look for them. */
export const decryptionFailed = (cause: unknown) =>
  new FleetError(400, "DECRYPTION_FAILED", "Decryption failed", { cause, details: { e2ee_verified: false } });

export const noPayloadKey = () =>
  new FleetError(
    400,
    "ENCRYPTION_NOT_CONFIGURED",
    "This server has no payload key (server.encryption_key); send the report unencrypted.",
    {
      details: { e2ee_verified: false },
    },
  );

export const encryptionRequired = () =>
  new FleetError(
    400,
    "ENCRYPTION_REQUIRED",
    "This server takes encrypted reports only; give the agent the payload key.",
  );

export const overloaded = () =>
  new FleetError(503, "OVERLOADED", "Too many reports are waiting to be stored; send this one again later.", {
    retryAfterSeconds: 2,
  });
