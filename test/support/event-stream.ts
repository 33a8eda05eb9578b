import { createParser } from "eventsource-parser";
import { Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { onCleanup } from "./cleanup.js";
import type { HttpClient } from "./http-client.js";
import { waitFor } from "./wait-for.js";

export interface StreamedMessage {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly id: string | undefined;
}

/** A stream of server-sent events as its reader gets it. Ended when the test file has ended. */
export class EventStreamReader {
  readonly messages: StreamedMessage[] = [];
  /** Comment lines that say no more than that the node lives. */
  beats = 0;
  ended = false;

  private constructor(
    readonly status: number,
    readonly headers: IncomingMessage["headers"],
    private readonly answer: IncomingMessage,
  ) {
    const parser = createParser({
      onComment: () => (this.beats += 1),
      onEvent: ({ event = "", data, id }) => {
        this.messages.push({ type: event, data: JSON.parse(data) as Record<string, unknown>, id });
      },
    });
    answer.setEncoding("utf8");
    answer.on("data", (text: string) => {
      parser.feed(text);
    });
    for (const end of ["end", "error", "close"]) answer.on(end, () => (this.ended = true));
    onCleanup(() => {
      this.close();
    });
  }

  /** With the client's cookies. */
  static open(
    client: HttpClient,
    query: string,
    { headers = {}, ca }: { headers?: Record<string, string>; ca?: string } = {},
  ): Promise<EventStreamReader> {
    const cookie = [...client.cookies].map((pair) => pair.join("=")).join("; ");
    const url = `${client.baseUrl}/api/fleet/stream?${query}`;
    const options = { headers: { ...(cookie === "" ? {} : { cookie }), ...headers } };
    return new Promise((resolve, reject) => {
      const taken = (answer: IncomingMessage) => {
        resolve(new EventStreamReader(answer.statusCode ?? 0, answer.headers, answer));
      };
      const sent = url.startsWith("https:")
        ? requestHttps(url, { ...options, ...(ca === undefined ? {} : { ca }), agent: false }, taken)
        : requestHttp(url, { ...options, agent: new Agent() }, taken);
      sent.once("error", reject);
      sent.end();
    });
  }

  of(type: string): StreamedMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  waitForMessage(
    type: string,
    {
      what,
      timeoutMs,
      is = () => true,
    }: { what: string; timeoutMs?: number; is?: (data: StreamedMessage["data"]) => boolean },
  ): Promise<StreamedMessage> {
    const found = () => this.of(type).find(({ data }) => is(data));
    return waitFor(found, { what, intervalMs: 20, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  close(): void {
    this.answer.destroy();
  }
}
