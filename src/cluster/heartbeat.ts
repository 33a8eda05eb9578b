import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { SchedulerRegistry } from "@nestjs/schedule";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { EventLog } from "../events/event-log.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { explainFailure } from "../common/explain-failure.js";
import { nextBeatInMs } from "./heartbeat-pace.js";
import { Membership } from "./membership/membership.js";
import { OwnNode } from "./own-node.js";
import { RecordExchange } from "./record-exchange.js";
import { NodeRegistry } from "./registry/node-registry.js";
import { withinMs } from "./time-limit.js";

const TIMER = "cluster-heartbeat";
/** A beat without an answer for so long has failed: a hung file system must not end the heartbeat for ever. */
const BEAT_LIMIT_MS = 5_000;
const FAREWELL_LIMIT_MS = 2_000;
/** sysexits.h EX_CONFIG: supervisors do not restart a process that ends with it. */
const EX_CONFIG = 78;

/**
 * Keeps this node in the cluster from start to stop. The timer is set again after the work of a beat has ended, so beats
 * never pile up; a beat that fails is tried again soon, for ever.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger("Cluster");
  private timer: NodeJS.Timeout | undefined;
  private timerIsRegistered = true;
  /** The beat under way. One that hangs stays here, so that no second one is started beside it. */
  private beat: Promise<number | undefined> | undefined;
  private beatAgainAtOnce = false;
  private hasJoined = false;
  private failing = false;
  private ended = false;

  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly exchange: RecordExchange,
    private readonly own: OwnNode,
    private readonly membership: Membership,
    private readonly registry: NodeRegistry,
    private readonly lifecycle: NodeLifecycle,
    private readonly timers: SchedulerRegistry,
    private readonly events: EventLog,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { node_id, backend } = this.cluster;
    this.logger.log(`Cluster mode ENABLED (node: ${node_id}, backend: ${backend})`);
    this.lifecycle.on("change", this.announce);
    await this.beatAndRearm();
  }

  /** Nest's scheduler now clears every timer it knows, but this node beats on while its last requests finish. */
  beforeApplicationShutdown(): void {
    this.timerIsRegistered = false;
    if (this.timer === undefined) return;
    this.disarm();
    this.arm(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.lifecycle.off("change", this.announce);
    const isMember = !this.ended && this.hasJoined;
    this.end();
    try {
      if (isMember) await withinMs(FAREWELL_LIMIT_MS, this.sayFarewell());
    } catch (error) {
      this.logger.warn(`The others could not be told that this node stops: ${explainFailure(error)}`);
    }
    await this.registry.close();
  }

  /** The others are to know at once that this node drains. */
  private readonly announce = (): void => {
    if (this.lifecycle.state !== "draining" || this.ended) return;
    if (this.hasJoined) this.noteOwn("node.draining");
    if (this.timer === undefined) this.beatAgainAtOnce = true;
    else void this.beatAndRearm();
  };

  private async beatAndRearm(): Promise<void> {
    this.disarm();
    const startedAt = performance.now();
    const failed = !(await this.tryToBeat());
    if (this.ended) return;
    const atOnce = this.beatAgainAtOnce;
    this.beatAgainAtOnce = false;
    const intervalMs = this.cluster.heartbeat_interval * 1000;
    const verdictAt = this.membership.nextVerdictAt();
    const delayMs = nextBeatInMs({ startedAt, now: performance.now(), intervalMs, failed, verdictAt });
    this.arm(atOnce ? 0 : delayMs);
  }

  private async tryToBeat(): Promise<boolean> {
    const abandoned = new AbortController();
    try {
      if (this.beat) throw new Error("an earlier heartbeat still waits for an answer");
      this.beat = this.exchange.exchange(abandoned.signal).finally(() => (this.beat = undefined));
      const newerIncarnation = await withinMs(BEAT_LIMIT_MS, this.beat);
      if (newerIncarnation === undefined) this.reportSuccess();
      else this.yieldTo(newerIncarnation);
      return true;
    } catch (error) {
      abandoned.abort();
      this.reportFailure(error);
      return false;
    }
  }

  /** The newest incarnation owns a node id. */
  private yieldTo(newer: number): void {
    this.end();
    const { node_id } = this.cluster;
    this.lifecycle.abort(
      `Another process with the node id ${node_id} started later (start ${newer}, this is start ` +
        `${this.own.incarnation ?? 0}). Give every node its own cluster.node_id; where an older copy of the database was ` +
        "put in place, stop all nodes and run `fleet-server restore --finish`.",
      EX_CONFIG,
    );
  }

  private async sayFarewell(): Promise<void> {
    await this.beat?.catch(() => undefined);
    this.noteOwn("node.left");
    await this.exchange.sayFarewell();
  }

  private noteOwn(kind: "node.joined" | "node.draining" | "node.left"): void {
    const { node_id } = this.cluster;
    const incarnation = this.own.incarnation ?? 0;
    this.events.note({
      kind,
      subject: node_id,
      details: { incarnation, version: this.own.identity.version },
      onceKey: `${kind}:${node_id}:${incarnation}`,
    });
  }

  private reportSuccess(): void {
    if (!this.hasJoined) {
      this.hasJoined = true;
      this.logger.log(`Registered node in cluster: ${this.cluster.node_id}`);
      this.logger.log(`Heartbeat started (interval: ${this.cluster.heartbeat_interval}s)`);
      this.noteOwn("node.joined");
    } else if (this.failing) this.logger.log("Heartbeat succeeds again");
    this.failing = false;
  }

  private reportFailure(error: unknown): void {
    if (!this.failing) {
      const what = this.hasJoined ? "Heartbeat failed" : "This node has not joined the cluster";
      this.logger.warn(`${what} and tries again until it succeeds: ${explainFailure(error)}`);
    }
    this.failing = true;
  }

  private arm(delayMs: number): void {
    this.timer = setTimeout(() => void this.beatAndRearm(), delayMs);
    if (this.timerIsRegistered) this.timers.addTimeout(TIMER, this.timer);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.timers.doesExist("timeout", TIMER)) this.timers.deleteTimeout(TIMER);
  }

  private end(): void {
    this.ended = true;
    this.disarm();
  }
}
