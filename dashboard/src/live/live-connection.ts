import { createParser } from "eventsource-parser";
import { errorOf } from "../api/http.ts";
import type { LiveMessage } from "./messages.ts";

/** `connecting` at first, `reconnecting` after a break, `stopped` where the server will not: it is asked seldom then. */
export type LiveState = "connecting" | "live" | "reconnecting" | "stopped";

export interface LiveListener {
  message(message: LiveMessage): void;
  /** With the reason where one is known: the server's own words, or what a live page goes without. */
  state(state: LiveState, why?: string): void;
  /** A stream has ended or was never opened: what changes from now on is told by nobody. */
  broke(): void;
  /** A stream has lived for some seconds. */
  lasted(): void;
  /** The login no longer stands. */
  loggedOut(): void;
}

export interface LiveAddress {
  readonly path: string;
  /** The same without machine ids, for where the whole is more than a proxy lets through. */
  readonly shortPath: string;
}

/** The server sends at least a comment line each second: after this much silence the page says so ... */
const QUIET_MS = 2_000;
/** ... and after this much the node counts as frozen: it says nothing, and keeps its connection. */
const SILENCE_MS = 4_000;
const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 5_000;
/** A server that opens streams only to end them is not back yet. */
const LASTING_MS = 5_000;
const REFUSED_RETRY_MS = 30_000;
/** After a longer break lists of events are read again, instead of being told event by event. */
const RESUME_WITHIN_MS = 60_000;
/** Bad request, address too long, header fields too large. */
const TOO_LONG = [400, 414, 431];

/**
 * One stream of server-sent events that is opened again whenever it breaks. By fetch and not by EventSource: that one
 * hides the status of a refusal, and never notices a server that went silent.
 */
export class LiveConnection {
  private readonly end = new AbortController();
  private path: string;
  private lastEventId: string | undefined;
  private retryMs = FIRST_RETRY_MS;
  private heardAtMs = performance.now();
  /** What this stream goes without. */
  private without: string | undefined;

  constructor(
    private readonly address: LiveAddress,
    private readonly listener: LiveListener,
    lastEventId?: string,
  ) {
    this.path = address.path;
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
      const next = await this.stream();
      if (signal.aborted) return;
      this.listener.broke();
      if (performance.now() - this.heardAtMs > RESUME_WITHIN_MS) this.lastEventId = undefined;
      if (next === "shorter") continue;
      this.listener.state(next.willing ? "reconnecting" : "stopped", next.why);
      // Spread, so that the pages of a node that died do not all come back at once.
      await wait((next.willing ? this.retryMs : REFUSED_RETRY_MS) * (0.5 + Math.random()), signal);
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** Reads one stream to its end; resolves with how to go on. */
  private async stream(): Promise<"shorter" | { readonly willing: boolean; readonly why?: string }> {
    const pulse = new Pulse(() => this.listener.state("reconnecting"));
    try {
      const response = await fetch(this.path, {
        headers: {
          Accept: "text/event-stream",
          ...(this.lastEventId === undefined ? {} : { "Last-Event-ID": this.lastEventId }),
        },
        signal: AbortSignal.any([this.end.signal, pulse.stopped]),
      });
      if (!response.ok || !response.body) return await this.refused(response);
      const parser = createParser({ onEvent: ({ event, data, id }) => this.take(pulse, event, data, id) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { willing: true };
        this.heardAtMs = performance.now();
        if (pulse.beat()) this.listener.state("live", this.without);
        parser.feed(value);
      }
    } catch {
      return { willing: true };
    } finally {
      pulse.clear();
    }
  }

  private async refused(response: Response): Promise<"shorter" | { readonly willing: boolean; readonly why: string }> {
    const { status } = response;
    if (status === 401) this.listener.loggedOut();
    if (TOO_LONG.includes(status) && this.path !== this.address.shortPath) {
      this.path = this.address.shortPath;
      this.without = "The ids on screen are too long to be watched: these machines are read again each minute.";
      return "shorter";
    }
    const { message } = errorOf(response, await response.text());
    return { willing: status === 429 || status >= 500, why: message };
  }

  private take(pulse: Pulse, type: string | undefined, data: string, id: string | undefined): void {
    if (this.end.signal.aborted) return;
    if (id !== undefined) this.lastEventId = id;
    const message = { type, data: JSON.parse(data === "" ? "null" : data) as unknown } as LiveMessage;
    if (message.type === "hello") {
      pulse.opened(() => {
        this.retryMs = FIRST_RETRY_MS;
        this.listener.lasted();
      });
      this.listener.state("live", this.without);
    }
    this.listener.message(message);
  }
}

/** Watches that a stream goes on, and for how long it has. */
class Pulse {
  private readonly silence = new AbortController();
  private readonly timers: ReturnType<typeof setTimeout>[] = [];
  private lasting: ReturnType<typeof setTimeout> | undefined;
  private isQuiet = false;
  private isOpen = false;

  constructor(private readonly quiet: () => void) {
    this.beat();
  }

  /** Aborted once the stream counts as dead. */
  get stopped(): AbortSignal {
    return this.silence.signal;
  }

  /** Something came; whether that ends a silence of an open stream. */
  beat(): boolean {
    const woke = this.isQuiet && this.isOpen;
    this.isQuiet = false;
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
    const notice = () => {
      this.isQuiet = true;
      this.quiet();
    };
    this.timers.push(
      setTimeout(notice, QUIET_MS),
      setTimeout(() => this.silence.abort(), SILENCE_MS),
    );
    return woke;
  }

  opened(lasted: () => void): void {
    this.isOpen = true;
    this.lasting = setTimeout(lasted, LASTING_MS);
  }

  clear(): void {
    clearTimeout(this.lasting);
    for (const timer of this.timers) clearTimeout(timer);
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
