import type { Response } from "express";

/** Past this much unread a reader gets no more figures until it has caught up: the newest ones are enough. */
const SLOW_BYTES = 256_000;
/** Past this much it is not coming back. */
const LOST_BYTES = 2_000_000;

export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
  /** Where a reader that comes again goes on. */
  readonly id?: string;
}

/** An answer that never ends, of server-sent events (WHATWG HTML, section 9.2). */
export class EventStream {
  private hasWritten = false;

  constructor(private readonly res: Response) {
    res.status(200).set({
      "Content-Type": "text/event-stream; charset=utf-8",
      // Neither a proxy nor this node's own compression may hold anything back.
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
    });
    res.flushHeaders();
  }

  get isSlow(): boolean {
    return this.res.writableLength > SLOW_BYTES;
  }

  send({ event, data, id }: StreamMessage): void {
    const head = id === undefined ? "" : `id: ${id}\n`;
    this.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** To be called each second: a reader that hears nothing for some seconds takes the node for frozen. */
  beat(): void {
    if (!this.hasWritten) this.write(":\n\n");
    this.hasWritten = false;
  }

  /** Says why, and ends. */
  end(reason: "draining" | "login"): void {
    this.send({ event: "end", data: { reason } });
    this.res.end();
  }

  private write(text: string): void {
    if (this.res.writableEnded || this.res.destroyed) return;
    if (this.res.writableLength > LOST_BYTES) {
      this.res.destroy();
      return;
    }
    this.hasWritten = true;
    this.res.write(text);
  }
}
