import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";

import { serverName } from "./report-endpoint.js";
import type { ServerAnswer } from "./server-answer.js";

const ATTEMPT_LIMIT_MS = 5000;
const LONGEST_BODY = 64 * 1024;

export interface ConnectionOptions {
  apiKey: string;
  userAgent: string;
  /** PEM; where given, the only authorities believed. */
  ca: string | undefined;
}

/** One server and the connection kept open to it. */
export class ServerConnection {
  private readonly agent: http.Agent;
  private readonly headers: Record<string, string>;

  /** `endpoint` is the full URL that reports are posted to, without credentials. */
  constructor(
    private readonly endpoint: URL,
    options: ConnectionOptions,
  ) {
    const kept = { keepAlive: true, maxSockets: 1 };
    this.agent =
      endpoint.protocol === "https:"
        ? new https.Agent({ ...kept, ...(options.ca === undefined ? {} : { ca: options.ca }) })
        : new http.Agent(kept);
    this.headers = {
      "Content-Type": "application/json",
      Accept: "application/json",
      "User-Agent": options.userAgent,
      "X-API-Key": options.apiKey,
    };
  }

  /** For the log. */
  get name(): string {
    return serverName(this.endpoint);
  }

  /** Posts `body`; rejects with one sentence when there is no whole answer within five seconds. */
  async post(body: string): Promise<ServerAnswer> {
    try {
      return await this.attempt(body);
    } catch (error) {
      // The server closed the kept connection just as it was used: that says nothing about the server's health.
      if (error instanceof StaleConnectionError) return this.attempt(body);
      throw error;
    }
  }

  private attempt(body: string): Promise<ServerAnswer> {
    return new Promise((resolve, reject) => {
      const send = this.endpoint.protocol === "https:" ? https.request : http.request;
      const request = send(this.endpoint, {
        method: "POST",
        agent: this.agent,
        headers: { ...this.headers, "Content-Length": Buffer.byteLength(body) },
      });
      let late: Error | undefined;
      const limit = setTimeout(() => {
        // Where a part of the answer is here already, Node reports only that it broke off.
        late = new Error(`no answer within ${ATTEMPT_LIMIT_MS / 1000} s`);
        request.destroy(late);
      }, ATTEMPT_LIMIT_MS);
      const fail = (error: Error): void => {
        clearTimeout(limit);
        reject(late ?? asSentence(error, request));
      };
      request.on("error", fail);
      request.on("response", (response) => {
        readAnswer(response, fail, (answer) => {
          clearTimeout(limit);
          resolve(answer);
        });
      });
      request.end(body);
    });
  }
}

class StaleConnectionError extends Error {}

function readAnswer(
  response: IncomingMessage,
  fail: (error: Error) => void,
  done: (answer: ServerAnswer) => void,
): void {
  let body = "";
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    if (body.length < LONGEST_BODY) body += chunk;
  });
  response.on("error", fail);
  response.on("end", () => {
    const { "retry-after": retryAfter, date, location } = response.headers;
    done({ status: response.statusCode ?? 0, body: body.slice(0, LONGEST_BODY), retryAfter, date, location });
  });
}

function asSentence(error: NodeJS.ErrnoException, request: ClientRequest): Error {
  const closed = error.code === "ECONNRESET" || error.code === "EPIPE";
  if (closed && request.reusedSocket) return new StaleConnectionError("connection closed");
  // Where a name has several addresses, the error that gathers their failures has no text of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return new Error(first instanceof Error && first.message !== "" ? first.message : (error.code ?? "failed"));
}
