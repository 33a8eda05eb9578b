import { Logger } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFailure } from "../../common/explain-failure.js";
import { type JobMemory, remember } from "./job-pace.js";
import type { Lease } from "./lease.js";
import type { Leases } from "./leases.js";

/** How often a node looks whether a job is due, which costs one row read. */
const LOOK_EVERY_MS = 60_000;
/** Nodes that started together are not to look together. */
const FIRST_LOOK_WITHIN_MS = 10_000;
/** Between two steps of a job, so that others get at the database. */
const STEP_PAUSE_MS = 50;

export interface JobRun {
  /** What goes into the fleet's database goes through `lease.write`. */
  readonly lease: Lease;
  /** Pauses a moment between two steps and tells whether to go on. */
  readonly goOn: () => Promise<boolean>;
}

export interface JobDescription {
  /** Names its lease too: nodes with the same name share one job. */
  readonly name: string;
  /** From the end of one run to the next one, on whatever node. */
  readonly intervalMs: number;
  /** Must bear being repeated and being broken off, and does its work in steps. */
  run(run: JobRun): Promise<void>;
}

/** One job on this node: looked at now and then, run where it is due and no other node runs it, until it is stopped. */
export class PeriodicJob {
  private readonly logger = new Logger("Jobs");
  private readonly stopped = new AbortController();
  private readonly lookEveryMs: number;
  private memory: JobMemory = { lastRun: undefined, dueAtMs: 0 };
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private failing = false;
  private inTurn = false;
  private isWoken = false;

  constructor(
    private readonly job: JobDescription,
    private readonly leases: Leases,
  ) {
    this.lookEveryMs = Math.min(job.intervalMs, LOOK_EVERY_MS);
    this.arm(Math.min(this.lookEveryMs, FIRST_LOOK_WITHIN_MS) * Math.random());
  }

  get name(): string {
    return this.job.name;
  }

  /** Due at once; in a turn that is under way, right after it. */
  wake(): void {
    if (this.inTurn) this.isWoken = true;
    else this.dueNow();
  }

  /** Breaks off a run at its next step and hands its lease on; resolves when that is done. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.timer);
    await this.turn;
  }

  private arm(delayMs: number): void {
    if (this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.turn = this.takeTurn();
    }, delayMs).unref();
  }

  private dueNow(): void {
    this.memory = { ...this.memory, dueAtMs: 0 };
    clearTimeout(this.timer);
    this.arm(0);
  }

  private async takeTurn(): Promise<void> {
    const { name } = this.job;
    this.inTurn = true;
    let delayMs = this.lookEveryMs;
    try {
      delayMs = Math.min(await this.lookAndRun(), this.lookEveryMs);
    } catch (error) {
      if (!this.failing) this.logger.warn(`The job ${name} failed and is tried again: ${explainFailure(error)}`);
      this.failing = true;
    }
    this.inTurn = false;
    if (this.isWoken) this.dueNow();
    else this.arm(delayMs);
    this.isWoken = false;
  }

  /** Resolves with the milliseconds until something may be to do. */
  private async lookAndRun(): Promise<number> {
    const { name, intervalMs } = this.job;
    const state = await this.leases.look(name);
    const nowMs = performance.now();
    this.memory = remember(this.memory, state, nowMs, intervalMs);
    const waitMs = Math.max(this.memory.dueAtMs - nowMs, state.freeInMs);
    if (waitMs > 0) return waitMs;
    const lease = await this.leases.acquire(name);
    if (lease) await this.runUnder(lease);
    return this.lookEveryMs;
  }

  private async runUnder(lease: Lease): Promise<void> {
    const signal = AbortSignal.any([lease.signal, this.stopped.signal]);
    const goOn = async () => {
      await sleep(STEP_PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      return !signal.aborted;
    };
    let finished = false;
    try {
      await this.job.run({ lease, goOn });
      lease.signal.throwIfAborted();
      finished = !signal.aborted;
    } finally {
      await lease.release({ finished });
    }
    if (!finished) return;
    this.memory = { lastRun: lease.token, dueAtMs: performance.now() + this.job.intervalMs };
    if (this.failing) this.logger.log(`The job ${this.job.name} succeeds again`);
    this.failing = false;
  }
}
