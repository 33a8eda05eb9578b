import { Injectable } from "@nestjs/common";
import { EventEmitter } from "node:events";

export type NodeState = "starting" | "serving" | "draining" | "stopped";

interface LifecycleEvents {
  /** The state has changed; listeners are called at once and must not throw. */
  change: [state: NodeState];
  /** The node must not serve any longer and the process is to exit with this code. */
  fatal: [reason: string, exitCode: number];
}

/**
 * This node's own state, from start to stop, and the reasons why it refuses to serve.
 * States only move forward: starting, serving, draining, stopped.
 */
@Injectable()
export class NodeLifecycle extends EventEmitter<LifecycleEvents> {
  readonly startedAt = new Date();
  private current: NodeState = "starting";
  private refusal: string | undefined;
  private aborted = false;

  get state(): NodeState {
    return this.current;
  }

  /** Why the node must not serve although it runs, or `undefined`. */
  get refusesBecause(): string | undefined {
    return this.refusal;
  }

  /** Whether the process is about to end, because the node must never serve again. */
  get hasAborted(): boolean {
    return this.aborted;
  }

  serve(): void {
    if (this.current === "starting") this.moveTo("serving");
  }

  drain(): void {
    if (this.current === "starting" || this.current === "serving") this.moveTo("draining");
  }

  stop(): void {
    if (this.current !== "stopped") this.moveTo("stopped");
  }

  /** Probes fail and requests are turned away while the node runs on, until `accept`. */
  refuse(reason: string): void {
    if (!this.aborted) this.refusal = reason;
  }

  accept(): void {
    if (!this.aborted) this.refusal = undefined;
  }

  /** Stops serving for good: probes fail from now on and the process exits with `exitCode`. */
  abort(reason: string, exitCode: number): void {
    if (this.aborted) return;
    this.aborted = true;
    this.refusal = reason;
    this.emit("fatal", reason, exitCode);
  }

  private moveTo(state: NodeState): void {
    this.current = state;
    this.emit("change", state);
  }
}
