/**
 * What became of one request: `answered` as it should be; `refused` by a node's own 503 that says which backend is away and
 * when to come again; `logged out`, asked to log in although the session was not ended; `failed` in any other way, which is
 * also what it is when the load balancer found no node.
 */
export type Outcome = "answered" | "refused" | "logged out" | "failed";

/** One request of a client, with one try. */
export interface Attempt {
  readonly client: "agent" | "reader";
  /** Which client it was: a machine's id, a reader's name. */
  readonly name: string;
  /** By the monotonic clock. */
  readonly startedMs: number;
  readonly tookMs: number;
  readonly outcome: Outcome;
  /** Why it was not answered. */
  readonly problem?: string;
}

export interface AnswerParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Judges an answer by what a client could do with it. */
export function outcomeOf({ status, headers, text }: AnswerParts): Outcome {
  if (status === 200) return "answered";
  if (status === 401 || (status === 302 && String(headers.location).includes("/login"))) return "logged out";
  const isOurs = tellsOfBackend(text) || isPage(text);
  if (status === 503 && isSeconds(headers["retry-after"]) && isOurs) return "refused";
  return "failed";
}

function isSeconds(header: string | string[] | undefined): boolean {
  return typeof header === "string" && /^\d+$/.test(header);
}

/** The web UI's document, which a node sends also then: the page itself says what is away. */
function isPage(text: string): boolean {
  return text.startsWith("<!doctype html>") && text.includes('<div id="root">');
}

function tellsOfBackend(text: string): boolean {
  try {
    const body = JSON.parse(text) as { error?: unknown; code?: unknown } | null;
    return typeof body?.error === "string" && body.code === "BACKEND_UNAVAILABLE";
  } catch {
    return false;
  }
}
