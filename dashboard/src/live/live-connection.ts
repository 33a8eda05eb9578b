import { createParser } from "eventsource-parser";
import type { LiveMessage } from "./messages.ts";

/** `connecting` at first, `reconnecting` after a break, `stopped` where trying again cannot help. */
export type LiveState = "connecting" | "live" | "reconnecting" | "stopped";

export interface LiveListener {
  message(message: LiveMessage): void;
  state(state: LiveState): void;
  /** The login no longer stands. */
  loggedOut(): void;
}

/** The server sends at least a comment line each second; a node that froze says nothing, and keeps its connection. */
const SILENCE_MS = 4_000;
const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 5_000;

/**
 * One stream of server-sent events that is opened again whenever it breaks. By fetch and not by EventSource: that one
 * hides the status of a refusal, and never notices a server that went silent.
 */
export class LiveConnection {
  private readonly end = new AbortController();
  private lastEventId: string | undefined;
  private retryMs = FIRST_RETRY_MS;

  constructor(
    private readonly path: string,
    private readonly listener: LiveListener,
    lastEventId?: string,
  ) {
    this.lastEventId = lastEventId;
    void this.run();
  }

  /** Where another connection is to go on. */
  get resumeAt(): string | undefined {
    return this.lastEventId;
  }

  close(): void {
    this.end.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    for (;;) {
      const goOn = await this.stream();
      if (signal.aborted) return;
      if (!goOn) {
        this.listener.state("stopped");
        return;
      }
      this.listener.state("reconnecting");
      // Spread, so that the pages of a node that died do not all come back at once.
      await wait(this.retryMs * (0.5 + Math.random()), signal);
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** Reads one stream to its end; resolves with whether to open another. */
  private async stream(): Promise<boolean> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const response = await fetch(this.path, {
        headers: {
          Accept: "text/event-stream",
          ...(this.lastEventId === undefined ? {} : { "Last-Event-ID": this.lastEventId }),
        },
        signal: AbortSignal.any([this.end.signal, silence.signal]),
      });
      if (response.status === 401) this.listener.loggedOut();
      if (!response.ok || !response.body) return response.status === 429 || response.status >= 500;
      const parser = createParser({ onEvent: ({ event, data, id }) => this.take(event, data, id) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        parser.feed(value);
      }
    } catch {
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  private take(type: string | undefined, data: string, id: string | undefined): void {
    if (this.end.signal.aborted) return;
    if (id !== undefined) this.lastEventId = id;
    const message = { type, data: JSON.parse(data) as unknown } as LiveMessage;
    if (message.type === "hello") {
      this.retryMs = FIRST_RETRY_MS;
      this.listener.state("live");
    }
    this.listener.message(message);
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
