import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { serverName } from "./report-endpoint.js";
import type { ServerAnswer } from "./server-answer.js";

const ATTEMPT_LIMIT_MS = 5000;
// A batch is hundreds of reports, and a server that comes back is busy.
const BATCH_LIMIT_MS = 30_000;
// The answer to a batch has a sentence for every refused report.
const LONGEST_BODY = 256 * 1024;

const compressed = promisify(gzip);

export interface ConnectionOptions {
  apiKey: string;
  userAgent: string;
  /** PEM; where given, the only authorities believed. */
  ca: string | undefined;
}

interface Posting {
  url: URL;
  body: string | Buffer;
  headers: Record<string, string>;
  limitMs: number;
}

/** One server and the connection kept open to it; while a backlog is sent there is a second one. */
export class ServerConnection {
  private readonly agent: http.Agent;
  private readonly headers: Record<string, string>;
  private readonly batchEndpoint: URL;

  /** `endpoint` is the full URL that reports are posted to, without credentials. */
  constructor(
    private readonly endpoint: URL,
    options: ConnectionOptions,
  ) {
    const kept = { keepAlive: true, maxSockets: 2 };
    this.agent =
      endpoint.protocol === "https:"
        ? new https.Agent({ ...kept, ...(options.ca === undefined ? {} : { ca: options.ca }) })
        : new http.Agent(kept);
    this.batchEndpoint = new URL(endpoint);
    this.batchEndpoint.pathname += "s";
    this.headers = {
      Accept: "application/json",
      "User-Agent": options.userAgent,
      "X-API-Key": options.apiKey,
    };
  }

  /** For the log. */
  get name(): string {
    return serverName(this.endpoint);
  }

  /** Posts one report; rejects with one sentence when there is no whole answer within five seconds. */
  async post(body: string): Promise<ServerAnswer> {
    const headers = { "Content-Type": "application/json" };
    return this.send({ url: this.endpoint, body, headers, limitMs: ATTEMPT_LIMIT_MS });
  }

  /** Posts several reports as compressed NDJSON; rejects when there is no whole answer within thirty seconds. */
  async postBatch(bodies: string[]): Promise<ServerAnswer> {
    const body = await compressed(bodies.join("\n"));
    const headers = { "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip" };
    return this.send({ url: this.batchEndpoint, body, headers, limitMs: BATCH_LIMIT_MS });
  }

  private async send(posting: Posting): Promise<ServerAnswer> {
    try {
      return await this.attempt(posting);
    } catch (error) {
      // The server closed the kept connection just as it was used: that says nothing about the server's health.
      if (error instanceof StaleConnectionError) return this.attempt(posting);
      throw error;
    }
  }

  private attempt({ url, body, headers, limitMs }: Posting): Promise<ServerAnswer> {
    return new Promise((resolve, reject) => {
      const send = url.protocol === "https:" ? https.request : http.request;
      const request = send(url, {
        method: "POST",
        agent: this.agent,
        headers: { ...this.headers, ...headers, "Content-Length": Buffer.byteLength(body) },
      });
      let late: Error | undefined;
      const limit = setTimeout(() => {
        // Where a part of the answer is here already, Node reports only that it broke off.
        late = new Error(`no answer within ${limitMs / 1000} s`);
        request.destroy(late);
      }, limitMs);
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
