import http from "node:http";
import https from "node:https";
import { keepSecret } from "./log-secrets.js";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json(): unknown;
}

export interface ClientOptions {
  /** PEM of the authority to trust. Without it an `https:` address is trusted blindly: test certificates sign themselves. */
  readonly ca?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Buffer;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

/** A browser's part of HTTP: one base address, kept connections, kept cookies. Redirects are shown, not followed. */
export class HttpClient {
  readonly cookies = new Map<string, string>();
  private readonly agent: http.Agent;

  constructor(
    readonly baseUrl: string,
    private readonly options: ClientOptions = {},
  ) {
    const { ca } = options;
    const tls = ca === undefined ? { rejectUnauthorized: false } : { ca };
    this.agent = baseUrl.startsWith("https:")
      ? new https.Agent({ keepAlive: true, ...tls })
      : new http.Agent({ keepAlive: true });
  }

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request("GET", path, options);
  }

  post(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request("POST", path, options);
  }

  /** Logs in as a program does; the session cookie is kept. Throws when the answer is not 200. */
  async login(username: string, password: string): Promise<Answer> {
    keepSecret("a password", password);
    const answer = await this.post("/login", { json: { username, password } });
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.text}`);
    return answer;
  }

  /** Rejects when there is no whole answer. */
  request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const [body, contentType] = bodyOf(options);
    const headers: http.OutgoingHttpHeaders = { ...this.options.headers, ...options.headers };
    if (contentType !== null) headers["content-type"] ??= contentType;
    if (body !== null) headers["content-length"] ??= Buffer.byteLength(body);
    if (this.cookies.size > 0) headers.cookie ??= [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const { request } = this.baseUrl.startsWith("https:") ? https : http;
    const timeout = this.options.timeoutMs ?? 30_000;
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.baseUrl), { method, headers, agent: this.agent, timeout }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          this.keepCookies(response.headers["set-cookie"] ?? []);
          const text = Buffer.concat(chunks).toString("utf8");
          const json = (): unknown => JSON.parse(text);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer for ${timeout} ms`)));
      sent.on("error", reject);
      sent.end(body ?? undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private keepCookies(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const [name = "", value = ""] = splitOnce(pair, "=");
      const expires = attributes
        .map((one) => splitOnce(one, "="))
        .find(([key]) => key?.toLowerCase() === "expires")?.[1];
      const gone = attributes.some((one) => /^max-age=0$/i.test(one)) || (expires && Date.parse(expires) <= Date.now());
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, value);
      keepSecret(`the cookie ${name}`, value);
    }
  }
}

function bodyOf({ body, json, form }: RequestOptions): [body: string | Buffer | null, contentType: string | null] {
  if (json !== undefined) return [JSON.stringify(json), "application/json"];
  if (form !== undefined) return [new URLSearchParams(form).toString(), "application/x-www-form-urlencoded"];
  return [body ?? null, null];
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
