import type { Access } from "../common/access.js";
import type { ErrorStatus, SectionName } from "../common/operation.js";

/** A code that errors are told by. Left out: a member that would say "wherever this status is answered". */
interface ErrorCode {
  readonly status: ErrorStatus;
  /** An error of this code, as a client reads it. */
  readonly error: string;
  readonly sections?: readonly SectionName[];
  readonly callers?: readonly Access["kind"][];
}

const agents = { sections: ["Agents"] } as const;
const people = { callers: ["operator", "public"] } as const;

/** Every code there is, for the description of the API; a test holds it, the sources and docs/operations.md together. */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: { status: 400, error: "The request cannot be understood." },
  INVALID_REQUEST: { status: 400, ...people, error: "limit: must be a whole number" },
  INVALID_CURSOR: {
    status: 400,
    sections: ["Machines", "Events", "Alerts"],
    error: "The cursor is not one that this server gave; start at the first page.",
  },
  INVALID_LOGIN: {
    status: 400,
    sections: ["Login"],
    error: "Send username (at most 128 characters) and password (at most 1024).",
  },
  INVALID_USERNAME: {
    status: 400,
    sections: ["Users"],
    error:
      "The user name must have 1 to 128 characters, Latin letters, digits and . _ @ + -, and begin with a letter or digit.",
  },
  WEAK_PASSWORD: {
    status: 400,
    sections: ["Users"],
    error: "The password is too short: use at least 12 characters, several words for example.",
  },
  CURRENT_PASSWORD_REQUIRED: {
    status: 400,
    sections: ["Users"],
    error: "Send your current password too, as current_password.",
  },
  INVALID_EXPIRY: {
    status: 400,
    sections: ["API keys"],
    error: "expires_at is in the past: the key would open nothing.",
  },
  INVALID_SILENCE: {
    status: 400,
    sections: ["Alerts"],
    error: "The silence must end in the future, and within a year.",
  },
  INVALID_JSON: { status: 400, ...agents, error: "The body is not JSON: its syntax is wrong." },
  INVALID_REPORT: { status: 400, ...agents, error: "The report must be a JSON object." },
  INVALID_MACHINE_ID: { status: 400, ...agents, error: "machine_id is missing." },
  REPORT_TOO_DEEP: {
    status: 400,
    ...agents,
    error: "The report is nested more than 64 levels deep; flatten it.",
  },
  DECRYPTION_FAILED: { status: 400, ...agents, error: "Decryption failed" },
  ENCRYPTION_NOT_CONFIGURED: {
    status: 400,
    ...agents,
    error: "This server has no payload key (server.encryption_key); send the report unencrypted.",
  },
  ENCRYPTION_REQUIRED: {
    status: 400,
    ...agents,
    error: "This server takes encrypted reports only; give the agent the payload key.",
  },
  INCOMPLETE_BODY: { status: 400, ...agents, error: "The body ended early or its compression is damaged." },
  UNAUTHENTICATED: { status: 401, callers: ["operator"], error: "Log in first." },
  INVALID_API_KEY: {
    status: 401,
    callers: ["operator", "agent"],
    error: "There is no such API key, or it has expired; an administrator makes a new one under Settings.",
  },
  INVALID_CREDENTIALS: {
    status: 401,
    sections: ["Login"],
    error: "The user name or the password is wrong.",
  },
  FORBIDDEN: {
    status: 403,
    callers: ["operator"],
    error: "This needs the role admin or a higher one; yours does not reach it.",
  },
  API_KEY_SCOPE: { status: 403, callers: ["operator"], error: "This needs an API key with the scope admin." },
  CROSS_ORIGIN: { status: 403, error: "Another site's page sent this request, which may change nothing here." },
  WRONG_PASSWORD: { status: 403, sections: ["Users"], error: "The current password is wrong." },
  UNKNOWN_MACHINE: { status: 404, sections: ["Machines"], error: "No machine has this id or serial number." },
  UNKNOWN_USER: {
    status: 404,
    sections: ["Users"],
    error: "There is no user of this name; upper and lower case count.",
  },
  UNKNOWN_SESSION: {
    status: 404,
    sections: ["Sessions"],
    error: "There is no such session; it may have ended already.",
  },
  UNKNOWN_API_KEY: {
    status: 404,
    sections: ["API keys"],
    error: "There is no such API key; it may have been deleted already.",
  },
  UNKNOWN_INCIDENT: {
    status: 404,
    sections: ["Alerts"],
    error: "There is no such incident; it may be too old to be kept.",
  },
  UNKNOWN_SILENCE: {
    status: 404,
    sections: ["Alerts"],
    error: "There is no such silence; it may have ended already.",
  },
  UNKNOWN_RECEIVER: {
    status: 404,
    sections: ["Alerts"],
    error: "There is no receiver of this name in alerts.receivers.",
  },
  USER_EXISTS: {
    status: 409,
    sections: ["Users"],
    error: "There is a user of this name already: choose another name.",
  },
  LAST_ADMIN: {
    status: 409,
    sections: ["Users"],
    error: "This is the only administrator, without whom nobody could manage users: make somebody else an admin first.",
  },
  PASSWORD_CHANGED: {
    status: 409,
    sections: ["Users"],
    error: "The password was changed by somebody else meanwhile.",
  },
  API_KEY_EXISTS: {
    status: 409,
    sections: ["API keys"],
    error: "There is an API key of this name already: choose another name.",
  },
  TOO_MANY_SILENCES: {
    status: 409,
    sections: ["Alerts"],
    error: "There are 500 silences already: end some of them.",
  },
  BODY_TOO_LARGE: { status: 413, ...people, error: "The request body is larger than allowed." },
  REPORT_TOO_LARGE: {
    status: 413,
    ...agents,
    error: "The report is larger than 1048576 bytes (server.max_report_size).",
  },
  BATCH_TOO_LARGE: {
    status: 413,
    ...agents,
    error: "The batch is larger than 5242880 bytes unpacked; send it in parts.",
  },
  TOO_MANY_REPORTS: {
    status: 413,
    ...agents,
    error: "A batch holds at most 500 reports; send more in several batches.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    error: "The request body must be JSON (Content-Type: application/json).",
  },
  UNSUPPORTED_ENCODING: {
    status: 415,
    ...agents,
    error: "Send the body as it is, or with Content-Encoding: gzip.",
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    callers: ["operator"],
    error: "This API key may send 600 requests a minute: go on in 17 s, or have a key made with a higher limit.",
  },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    sections: ["Login", "Users"],
    error: "Too many failed logins. Try again in 5 seconds.",
  },
  TOO_MANY_STREAMS: {
    status: 429,
    sections: ["Live"],
    error: "This login has 20 live pages open at this node; close some of them.",
  },
  DELIVERY_FAILED: {
    status: 502,
    sections: ["Alerts"],
    error: "The test notification was not delivered: the receiver answered 500.",
  },
  STARTING: { status: 503, error: "The node is starting; try again shortly." },
  NODE_REFUSES: {
    status: 503,
    error: "This node uses another database than the running ones; its log says what to correct.",
  },
  BACKEND_UNAVAILABLE: { status: 503, error: "The database cannot be reached at the moment; try again shortly." },
  OVERLOADED: {
    status: 503,
    ...agents,
    error: "Too many reports are waiting to be stored; send this one again later.",
  },
};

/** The codes of errors of one status that an operation can answer. */
export function codesFor(status: ErrorStatus, section: SectionName, caller: Access["kind"]): string[] {
  return Object.entries(errorCodes).flatMap(([code, { status: own, sections, callers }]) =>
    own === status && (sections?.includes(section) ?? true) && (callers?.includes(caller) ?? true) ? [code] : [],
  );
}
