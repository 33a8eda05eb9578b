import { noteServerDate } from "../format/server-clock.ts";

/** What the server answered instead of what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | undefined,
    readonly requestId: string | undefined,
  ) {
    super(message);
  }
}

/** No answer at all: the network is away, or no node could be reached. */
export class AwayError extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
  }
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A node that is frozen must not hold a page for ever: the load balancer takes the next try to another one. */
const PATIENCE_MS = 15_000;

/**
 * Asks the server and resolves with its JSON answer, undefined for 204. Throws ApiError with the server's own words, and
 * AwayError.
 */
export async function call<Answer>(path: string, { method = "GET", query, body, signal }: Call = {}): Promise<Answer> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(withQuery(path, query), {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new AwayError(error);
  }
  noteServerDate(response.headers.get("Date"));
  if (!response.ok) throw errorOf(response, text);
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

function withQuery(path: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") given.set(name, String(value));
  }
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

/** What was answered in place of success. A proxy answers for nodes that are all away, in its own format. */
export function errorOf({ status, headers }: Response, text: string): ApiError {
  const told = parsed(text);
  const word = (name: string) => (typeof told[name] === "string" ? told[name] : undefined);
  const retryAfter = Number(headers.get("Retry-After") ?? NaN);
  const gatewayWords = status >= 502 && status <= 504 ? "No node of the server answers at the moment." : undefined;
  return new ApiError(
    status,
    word("code") ?? `HTTP_${status}`,
    word("error") ?? gatewayWords ?? `The server answered with status ${status}.`,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
    word("request_id"),
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whether trying again may help: nobody answered, or a node said that it cannot now. */
export function isPassing(error: unknown): boolean {
  return error instanceof AwayError || (error instanceof ApiError && (error.status >= 502 || error.status === 429));
}
