import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One request as it came in. */
export interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: http.IncomingHttpHeaders;
  /** Decompressed. */
  body: string;
  /** The peer's port: the same for all requests on one connection. */
  connection: number | undefined;
  /** Monotonic milliseconds. */
  atMs: number;
}

/** Answers request `index` (0 is the first); may also leave it without an answer. */
export type Answer = (response: ServerResponse, index: number, request: IncomingMessage, received: Received) => void;

export function answerOk(response: ServerResponse): void {
  answerJson(response, 200, { status: "ok", e2ee_verified: false, db_key_stored: false });
}

export function answerJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** A plain HTTP server that keeps what agents post to it; a test decides what it answers. */
export class ReportReceiver {
  readonly received: Received[] = [];

  private server: http.Server;
  private port = 0;

  private constructor(
    private readonly answer: Answer,
    private readonly tls: { key: string; cert: string } | undefined,
  ) {
    this.server = this.newServer();
  }

  static async listen(answer: Answer = answerOk, tls?: { key: string; cert: string }): Promise<ReportReceiver> {
    const receiver = new ReportReceiver(answer, tls);
    await receiver.open();
    return receiver;
  }

  get url(): string {
    return `${this.tls ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  /** Listens again after `close`, at the same port. */
  async reopen(): Promise<void> {
    this.server = this.newServer();
    await this.open();
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

  private newServer(): http.Server {
    const server = this.tls ? https.createServer(this.tls) : http.createServer();
    server.on("request", (request, response) => {
      // A killed agent ends its request anywhere: that one has not come.
      this.take(request, response).catch(() => undefined);
    });
    return server;
  }

  private async open(): Promise<void> {
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = (request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString("utf8");
    const { method, url, headers } = request;
    const index = this.received.length;
    const connection = request.socket.remotePort;
    const received = { method, url, headers, body, connection, atMs: performance.now() };
    this.received.push(received);
    this.answer(response, index, request, received);
    this.server.emit("taken");
  }
}
