import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onCleanup } from "./cleanup.js";

export interface SunkRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server that takes what is posted to it, and can hold its answers back. */
export class HttpSink {
  readonly requests: SunkRequest[] = [];
  /** While set, requests to this path get no answer. */
  held: string | undefined;
  /** The request after so many more is refused. */
  failAfter = Infinity;
  private readonly open = new Set<ServerResponse>();

  private constructor(readonly url: string) {}

  static async start(): Promise<HttpSink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const sink = new HttpSink(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.on("end", () => {
        const path = req.url ?? "";
        sink.requests.push({ path, headers: req.headers, body: Buffer.concat(chunks).toString("utf8") });
        if (path === sink.held) sink.open.add(res);
        else if (sink.failAfter-- === 0) res.writeHead(503).end();
        else if (path === "/redirect") res.writeHead(302, { location: "/elsewhere" }).end();
        else if (path === "/broken") res.writeHead(500).end("a secret of the receiver");
        else res.end("ok");
      });
    });
    onCleanup(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return sink;
  }

  to(path: string): readonly SunkRequest[] {
    return this.requests.filter((request) => request.path === path);
  }
}
