import { Inject, Injectable, Logger } from "@nestjs/common";
import { explainFailure } from "../common/explain-failure.js";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { DatabaseKeys } from "../database/database-keys.js";
import { missingKeys } from "../database/key-check.js";
import { EventLog } from "../events/event-log.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { type RolloutStep, listCounts, nextRolloutStep } from "./key-rollout-step.js";
import { isTimely, membershipLimits } from "./membership/limits.js";
import { Membership } from "./membership/membership.js";

/** sysexits.h EX_CONFIG: supervisors do not restart a process that ends with it. */
const EX_CONFIG = 78;

/**
 * Brings a new database key into use once every node lists it, and stops this node when a key is in use that it does not
 * list. A heartbeat waits for none of it but the very first look.
 */
@Injectable()
export class KeyRollout {
  private readonly logger = new Logger("Cluster");
  private readonly limits;
  private known: ReadonlySet<string> = new Set();
  private looking: Promise<void> | undefined;
  private moving: Promise<void> | undefined;
  /** Since when, on the monotonic clock, this node has read the registry without a gap. */
  private watchedSince: number | undefined;
  private lastReadAt = 0;
  private failing = false;

  constructor(
    @Inject(CLUSTER_CONFIG) cluster: ClusterConfig,
    private readonly keys: DatabaseKeys,
    private readonly membership: Membership,
    private readonly lifecycle: NodeLifecycle,
    private readonly events: EventLog,
  ) {
    this.limits = membershipLimits(cluster);
  }

  /** The keys in use, as the database last said. */
  get inUse(): ReadonlySet<string> {
    return this.known;
  }

  /**
   * Asks the database which keys are in use and has this node stop where it does not list one of them. Throws
   * BackendUnavailableError.
   */
  async look(): Promise<void> {
    this.known = await this.keys.inUse();
    const missing = missingKeys(this.keys.listed, this.known);
    if (missing) this.lifecycle.abort(missing.message, EX_CONFIG);
  }

  /** Looks in the background, once at a time. A database that is away is asked again at the next heartbeat. */
  lookSoon(): void {
    this.looking ??= this.look()
      .catch(() => undefined)
      .finally(() => (this.looking = undefined));
  }

  /** Takes the next step after a reading of the registry that began at `readAt` and when `inUse` was known. */
  advance(inUse: ReadonlySet<string>, readAt: number): void {
    if (this.watchedSince === undefined || !isTimely(readAt - this.lastReadAt, this.limits)) this.watchedSince = readAt;
    this.lastReadAt = readAt;
    if (this.moving) return;
    const others = this.membership
      .others(performance.now())
      .filter(({ record, status, heartbeatAgeMs }) => {
        // It serves nobody, and would hold the key up for as long as it is left running.
        const refuses = status === "stopped" && record.admitted === false;
        return !refuses && listCounts(status, heartbeatAgeMs);
      })
      .map(({ record }) => record.database_keys);
    const { listed, sealing } = this.keys;
    // A node that is alive publishes within this time, also into a registry that has lost its records.
    const knowsEveryNode = readAt - this.watchedSince >= this.limits.nodeTimeoutMs;
    const step = nextRolloutStep({ listed, sealing, inUse, others, knowsEveryNode });
    if (step.step !== "stay") this.moving = this.take(step).finally(() => (this.moving = undefined));
  }

  /** A node that has left the list no longer keeps the rotation from taking a key out of use. Never throws. */
  async forgetNode(nodeId: string): Promise<void> {
    await this.keys.forgetNode(nodeId).catch(() => undefined);
  }

  private async take(step: Exclude<RolloutStep, { step: "stay" }>): Promise<void> {
    try {
      if (step.step === "bring into use") {
        await this.record(step.keyId);
        await this.keys.bringIntoUse(step.keyId);
        this.logger.log(`Every node lists the database key ${step.keyId}: it comes into use`);
      } else {
        await this.keys.sealWith(step.keyId);
        this.logger.log(`New data is sealed with the database key ${step.keyId}`);
      }
      this.failing = false;
    } catch (error) {
      if (!this.failing) {
        this.logger.warn(`The database key ${step.keyId} does not come into use yet: ${explainFailure(error)}`);
      }
      this.failing = true;
    }
  }

  /** Before it happens: should this node die in between, another one takes the same step, and the event stands once. */
  private async record(keyId: string): Promise<void> {
    const details = { setting: "server.db_encryption_key", change: "comes into use" };
    await this.events.record({ kind: "key.changed", subject: keyId, details, onceKey: `key.changed:${keyId}` });
  }
}
