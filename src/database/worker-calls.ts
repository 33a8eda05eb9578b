import { Worker } from "node:worker_threads";
import { BackendUnavailableError } from "../common/fleet-error.js";
import type { AnswerMessage, CallMessage, Operations } from "./worker-protocol.js";

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Behind so many calls an answer would come too late for anyone. */
const MAX_PENDING = 500;
const tooMany = new Error("too many calls wait for the database thread");

/**
 * Calls the operations of a worker thread that has a database connection of its own, so that neither a lock nor an
 * fsync ever blocks the event loop. A worker that died takes its pending calls with it (BackendUnavailableError); the
 * next call starts a new one.
 */
export class WorkerCalls<O extends Operations> {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, PendingCall>();
  private lastId = 0;

  constructor(
    private readonly script: URL,
    private readonly workerData: unknown,
  ) {}

  call<K extends keyof O & string>(operation: K, ...input: Parameters<O[K]>): Promise<ReturnType<O[K]>> {
    if (this.pending.size >= MAX_PENDING) return Promise.reject(new BackendUnavailableError("database", tooMany));
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, operation, input } satisfies CallMessage);
    });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: this.workerData });
    worker.on("message", (message: AnswerMessage) => {
      this.settle(message);
    });
    worker.on("error", (error) => {
      this.lose(worker, error);
    });
    worker.on("exit", () => {
      this.lose(worker, new Error("the database thread ended"));
    });
    return worker;
  }

  private settle({ id, result, failure }: AnswerMessage): void {
    const call = this.pending.get(id);
    this.pending.delete(id);
    if (!failure) call?.resolve(result);
    else {
      const error = Object.assign(new Error(failure.message), { code: failure.code });
      call?.reject(failure.unavailable ? new BackendUnavailableError("database", error) : error);
    }
  }

  private lose(worker: Worker, cause: unknown): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const call of lost) call.reject(new BackendUnavailableError("database", cause));
  }
}
