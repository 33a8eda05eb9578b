import type { Access } from "../common/access.js";
import { errorSchema } from "../common/error-schema.js";
import type { ErrorStatus, OperationDescription, SectionName } from "../common/operation.js";
import { codesFor, errorCodes } from "./error-codes.js";

/** What is known of a route without its own words about errors. */
export interface RouteFacts {
  readonly method: string;
  readonly access: Access;
  readonly hasParameters: boolean;
  readonly hasBody: boolean;
}

const RETRY_AFTER = {
  "Retry-After": { description: "Seconds after which to try again.", schema: { type: "integer" } },
};

const meanings: Readonly<Record<ErrorStatus, string>> = {
  400: "The request cannot be understood, or breaks a rule that the answer tells.",
  401: "The credentials are missing or wrong.",
  403: "The caller may not do this, or another site's page sent the request.",
  404: "There is no such thing.",
  409: "This cannot be done to what there is.",
  413: "The body is larger than allowed.",
  415: "The body is of a type or an encoding that is not understood.",
  429: "Too many requests or attempts.",
  502: "Another server, which this one asked, did not do its part.",
  503: "The node starts, drains or refuses to serve, or something it needs is away.",
};

/** The errors that a route can answer: its own, and those that follow from who may call it and what it takes. */
export function errorStatuses(facts: RouteFacts, operation: OperationDescription): ErrorStatus[] {
  if (operation.errors === "none") return [];
  const statuses = new Set<ErrorStatus>([...(operation.errors ?? []), 503]);
  const { access, method } = facts;
  // A page sends to the login instead.
  if (access.kind !== "public" && operation.answers[302] === undefined) statuses.add(401);
  // An API key that has used up its minute.
  if (access.kind === "operator") statuses.add(429);
  if (access.kind === "operator" && access.atLeast !== "viewer") statuses.add(403);
  // Whether another site's page sent it is asked of all that changes something.
  if (access.kind !== "agent" && method !== "get") statuses.add(403);
  if (facts.hasParameters || facts.hasBody) statuses.add(400);
  if (facts.hasBody) statuses.add(413).add(415);
  const never = new Set(operation.never);
  return [...statuses].filter((status) => operation.answers[status] === undefined && !never.has(status)).sort();
}

/** The reference under which all routes share the description of an error, with the codes that this one may answer. */
export function errorReference(
  status: ErrorStatus,
  { section, access }: { readonly section: SectionName; readonly access: Access },
): { $ref: string; description: string } {
  const codes = codesFor(status, section, access.kind).map((code) => `\`${code}\``);
  return {
    $ref: `#/components/responses/Error${status}`,
    description: `${meanings[status]}${codes.length > 0 ? ` Codes: ${codes.join(", ")}.` : ""}`,
  };
}

/** What `errorReference` refers to. */
export function errorComponents() {
  const schema = { $ref: `#/components/schemas/${errorId}` };
  return Object.fromEntries(
    Object.entries(meanings).map(([status, description]) => [
      `Error${status}`,
      {
        description,
        ...(status === "429" || status === "503" ? { headers: RETRY_AFTER } : {}),
        content: { "application/json": { schema, examples: examplesOf(Number(status)) } },
      },
    ]),
  );
}

/** By their codes. */
function examplesOf(status: number): Record<string, { value: object }> {
  const own = Object.entries(errorCodes).filter(([, one]) => one.status === status);
  return Object.fromEntries(
    own.map(([code, { error }]) => [
      code,
      { value: { error, code, request_id: "0d7c6f0a-54b1-4c1c-9a35-0f2f7f3b7a10" } },
    ]),
  );
}

const errorId = errorSchema.meta()?.id ?? "";
