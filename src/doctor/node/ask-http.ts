import http from "node:http";
import https from "node:https";

const ANSWER_WITHIN_MS = 5_000;
const MOST_BYTES = 65_536;

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly contentType: string;
  /** Its beginning, where it is long. */
  readonly text: string;
}

/** One GET. `trusting` takes any certificate, of a node that is asked by its address. Rejects with the system's error. */
export function askHttp(url: URL, { trusting = false } = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).get(
      url,
      { agent: false, ...(url.protocol === "https:" ? { rejectUnauthorized: !trusting } : {}) },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        const done = () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, location: headers.location, contentType: headers["content-type"] ?? "", text });
          request.destroy();
        };
        response.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > MOST_BYTES) done();
        });
        response.on("end", done);
        response.on("error", reject);
      },
    );
    request.setTimeout(ANSWER_WITHIN_MS, () => {
      request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`));
    });
    request.on("error", reject);
  });
}

/** Where a server that listens at `host` is reached from its own machine. */
export function localUrl(scheme: "http" | "https", host: string, port: number, path: string): URL {
  const address = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return new URL(`${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}${path}`);
}

/** Whether the error says that nobody listens. */
export function isRefused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
}
