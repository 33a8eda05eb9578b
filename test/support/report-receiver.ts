import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

/** One request as it came in. */
export interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** The peer's port: the same for all requests on one connection. */
  connection: number | undefined;
  /** Monotonic milliseconds. */
  atMs: number;
}

/** Answers request `index` (0 is the first); may also leave it without an answer. */
export type Answer = (response: ServerResponse, index: number, request: IncomingMessage) => void;

export function answerOk(response: ServerResponse): void {
  answerJson(response, 200, { status: "ok", e2ee_verified: false, db_key_stored: false });
}

export function answerJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** A plain HTTP server that keeps what agents post to it; a test decides what it answers. */
export class ReportReceiver {
  readonly received: Received[] = [];

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async listen(answer: Answer = answerOk, tls?: { key: string; cert: string }): Promise<ReportReceiver> {
    const server = tls ? https.createServer(tls) : http.createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const receiver = new ReportReceiver(server, `${tls ? "https" : "http"}://127.0.0.1:${port}`);
    server.on("request", (request, response) => {
      void receiver.take(request, response, answer);
    });
    return receiver;
  }

  /** Waits until `count` requests have come. */
  async requests(count: number): Promise<Received[]> {
    while (this.received.length < count) await once(this.server, "taken");
    return this.received.slice(0, count);
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    const { method, url, headers } = request;
    const index = this.received.length;
    const connection = request.socket.remotePort;
    this.received.push({ method, url, headers, body, connection, atMs: performance.now() });
    answer(response, index, request);
    this.server.emit("taken");
  }
}
