import { Inject, Injectable } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ALERTS_CONFIG,
  type AlertsConfig,
  CLUSTER_CONFIG,
  type ClusterConfig,
  HISTORY_CONFIG,
  type HistoryConfig,
  MACHINES_CONFIG,
  type MachinesConfig,
  SERVER_CONFIG,
  type ServerConfig,
  SESSIONS_CONFIG,
  type SessionsConfig,
} from "../../config/config.module.js";
import type { KeyedHash } from "../../crypto/keyed-hash.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";
import { SharedPlaces } from "../../lifecycle/shared-places.js";
import { SETTINGS_HASH } from "../cluster-keys.provider.js";
import { NodeRegistry } from "../registry/node-registry.js";
import { DATABASE, type Fingerprints, REGISTRY } from "./compare-settings.js";
import { fingerprintsOf } from "./fingerprints-of.js";
import { comparedSettings } from "./own-settings.js";

/** A connection that is just being made answers nothing yet. */
const ASK_AGAIN_MS = 50;

/**
 * Keyed hashes of this node's settings and of the ids of the places it uses. The ids are read again and again: a Redis
 * that has lost its data gets new ones, and that is no difference between nodes.
 */
@Injectable()
export class OwnFingerprints {
  private readonly fixed: Fingerprints;
  private places: Fingerprints = {};
  private reading: Promise<void> | undefined;

  constructor(
    @Inject(SERVER_CONFIG) server: ServerConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(HISTORY_CONFIG) history: HistoryConfig,
    @Inject(CLUSTER_CONFIG) cluster: ClusterConfig,
    @Inject(SESSIONS_CONFIG) sessions: SessionsConfig,
    @Inject(SETTINGS_HASH) private readonly hash: KeyedHash,
    secrets: DatabaseSecrets,
    private readonly registry: NodeRegistry,
    private readonly shared: SharedPlaces,
  ) {
    const settings = comparedSettings({ server, machines, alerts, history, cluster, sessions });
    this.fixed = this.hashed([...Object.entries(settings), [DATABASE, secrets.databaseId]]);
  }

  /** Of the database, which stays the same while the node runs. */
  get database(): string | undefined {
    return this.fixed[DATABASE];
  }

  /** As far as they are known. */
  get current(): Fingerprints {
    return { ...this.fixed, ...this.places };
  }

  /** Asks the places for their ids, one question at a time; one that does not answer keeps the id it had. Never rejects. */
  refresh(): Promise<void> {
    this.reading ??= this.readPlaces().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /**
   * Asks until every place has told its id, or for `limitMs`: what a node does not know of itself it cannot be refused
   * for, and it must not serve beside another session store until that has connected. Never rejects.
   */
  async settle(limitMs: number): Promise<void> {
    const until = performance.now() + limitMs;
    await this.refresh();
    while (Object.keys(this.places).length <= this.shared.count && performance.now() < until) {
      await sleep(ASK_AGAIN_MS);
      await this.refresh();
    }
  }

  private async readPlaces(): Promise<void> {
    const registry = this.registry.id().then(
      (id): [string, string][] => [[REGISTRY, id]],
      () => [],
    );
    const ids = [...(await this.shared.readIds()), ...(await registry)];
    this.places = { ...this.places, ...this.hashed(ids) };
  }

  private hashed(values: readonly (readonly [string, string])[]): Fingerprints {
    return fingerprintsOf(values, this.hash);
  }
}
