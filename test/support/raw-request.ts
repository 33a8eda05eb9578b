import http from "node:http";
import net from "node:net";
import type { Answer } from "./http-client.js";

export interface RawRequest {
  readonly method: string;
  /** Sent as it stands: what a URL would make of `..` and `%2e` is part of the test. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Sends a request, and waits for the head of its answer and, unless it is a stream, for the rest. */
export function sendRaw(
  baseUrl: string,
  agent: http.Agent,
  { method, path, headers, body }: RawRequest,
): Promise<Answer> {
  const { hostname: host, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const sent = http.request({ host, port, method, path, headers, agent, timeout: 30_000 }, (response) => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as unknown,
        });
      };
      if (response.headers["content-type"]?.startsWith("text/event-stream")) {
        finish();
        sent.destroy();
        return;
      }
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", finish);
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer`)));
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}

/** Sends bytes as they are on a connection of their own; resolves with all that comes back until the server ends it. */
export function sendBytes(baseUrl: string, bytes: string, timeoutMs = 20_000): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    let received = "";
    const timer = setTimeout(() => {
      socket.destroy(new Error(`the connection stays open after ${timeoutMs} ms; received: ${received}`));
    }, timeoutMs);
    socket.setEncoding("latin1").on("data", (text: string) => (received += text));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // A server that refuses may end the connection before everything is read.
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(received);
    });
    socket.write(bytes, "latin1");
  });
}
