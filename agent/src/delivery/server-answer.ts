/** What a server said to a report. */
export interface ServerAnswer {
  status: number;
  /** The first 256 KB of the body. */
  body: string;
  retryAfter: string | undefined;
  date: string | undefined;
  location: string | undefined;
}

/**
 * `accepted`: taken and committed. `later`: to be tried again, here later or elsewhere now. `unwelcome`: the agent's settings or
 * the server's must be put right first (key, URL), which says nothing about the report. `refused`: this report would never be taken.
 */
export type Verdict = "accepted" | "later" | "unwelcome" | "refused";

const UNWELCOME = new Set([401, 403, 404, 405, 407]);

export function judgeAnswer(status: number): Verdict {
  if (status >= 200 && status <= 299) return "accepted";
  if (status === 408 || status === 429 || status >= 500) return "later";
  return status < 400 || UNWELCOME.has(status) ? "unwelcome" : "refused";
}

/** One sentence for the log: what the server said and what to look at. */
export function describeAnswer(answer: ServerAnswer): string {
  const said = `${answer.status}${quoted(sentence(answer.body))}`;
  const hint = hintFor(answer);
  return hint === null ? said : `${said}: ${hint}`;
}

function hintFor(answer: ServerAnswer): string | null {
  if (answer.status >= 300 && answer.status <= 399) {
    return `the server is elsewhere${quoted(printable(answer.location ?? ""))}, correct the server URL`;
  }
  switch (answer.status) {
    case 400:
      return "check that the encryption key is the server's, and that neither side expects one alone";
    case 401:
    case 403:
      return "check the API key";
    case 404:
    case 405:
      return "check the server URL";
    default:
      return null;
  }
}

function quoted(text: string): string {
  return text === "" ? "" : ` "${text}"`;
}

function sentence(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "error" in parsed && typeof parsed.error === "string") {
      return printable(parsed.error);
    }
  } catch {
    // Not every answer comes from a Fleet Server: proxies answer in HTML, which says nothing worth a line.
  }
  return "";
}

/** A server must not be able to forge log lines or flood the log. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, 200);
}
