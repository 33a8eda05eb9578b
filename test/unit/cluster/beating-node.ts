import { SchedulerRegistry } from "@nestjs/schedule";
import { ClusterStatus } from "../../../src/cluster/cluster-status.js";
import { Heartbeat } from "../../../src/cluster/heartbeat.js";
import { IssuedStarts } from "../../../src/cluster/issued-starts.js";
import { KeyRollout } from "../../../src/cluster/key-rollout.js";
import { MemberHealth } from "../../../src/cluster/member-health.js";
import { Membership } from "../../../src/cluster/membership/membership.js";
import { OwnNode } from "../../../src/cluster/own-node.js";
import { RecordExchange } from "../../../src/cluster/record-exchange.js";
import { NodeAdmission } from "../../../src/cluster/settings/node-admission.js";
import { SettingsWatch } from "../../../src/cluster/settings/settings-watch.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { NodeFacts } from "../../../src/lifecycle/node-facts.js";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import type { SharedPlaces } from "../../../src/lifecycle/shared-places.js";
import { clusterConfig } from "./cluster-config.js";
import { EventsInMemory } from "./events-in-memory.js";
import { fingerprintsOf } from "./fingerprints-in-memory.js";
import { CountedStarts } from "./counted-starts.js";
import { KeysInMemory } from "./keys-in-memory.js";
import { MemoryRegistry } from "./memory-registry.js";
import { clusterSeal } from "./records.js";

const timers = import.meta.jest;

/** To be called where the test file begins: in each of its tests time passes only as `seconds` says. */
export function turnTheClock(): void {
  beforeEach(() => {
    timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  });
  afterEach(() => {
    timers.useRealTimers();
  });
}

export const seconds = (count: number) => timers.advanceTimersByTimeAsync(count * 1000);

/** A node called `a`: heartbeat 10 s, time-out 30 s, others are forgotten after 600 s; the test turns the clock. */
export function makeNode(
  registry = new MemoryRegistry(),
  starts = new CountedStarts(),
  { databaseId, places, env = {} }: { databaseId?: string; places?: SharedPlaces; env?: Record<string, string> } = {},
) {
  const config = clusterConfig({ FLEET_CLUSTER__BACKEND: "redis", FLEET_CLUSTER__FORGET_AFTER: "600", ...env });
  const { cluster, ssl } = config;
  const lifecycle = new NodeLifecycle();
  const documents = new DocumentCipher([]);
  const events = new EventsInMemory();
  const fingerprints = fingerprintsOf(config, registry, databaseId, places);
  const own = new OwnNode(cluster, ssl, lifecycle, new NodeFacts(), starts, clusterSeal, fingerprints, documents);
  const membership = new Membership(cluster, clusterSeal, fingerprints, events);
  const keys = new KeyRollout(cluster, new KeysInMemory(documents), membership, lifecycle, events);
  const admission = new NodeAdmission(cluster, own, fingerprints, membership, lifecycle);
  const settings = new SettingsWatch(cluster, own, fingerprints, membership, events);
  const issued = new IssuedStarts(starts);
  const exchange = new RecordExchange(
    cluster,
    registry,
    own,
    membership,
    issued,
    keys,
    fingerprints,
    admission,
    settings,
  );
  const scheduler = new SchedulerRegistry();
  const heartbeat = new Heartbeat(cluster, exchange, own, membership, registry, lifecycle, scheduler, events);
  const health = new MemberHealth(cluster, own);
  const status = new ClusterStatus(cluster, own, membership, settings);
  const begunAt = performance.now();
  /** When records were published, in seconds since the start. */
  const beats = () => registry.published.map(({ at }) => (at - begunAt) / 1000);
  const statusOf = (id: string) => status.nodes().find(({ node_id }) => node_id === id)?.status;
  return { registry, starts, events, own, lifecycle, heartbeat, health, status, scheduler, beats, statusOf };
}

/** Bootstraps while the clock turns, since a start may have to wait for an answer. */
export async function start({ heartbeat }: { heartbeat: Heartbeat }): Promise<void> {
  const started = heartbeat.onApplicationBootstrap();
  await seconds(0);
  await started;
}
