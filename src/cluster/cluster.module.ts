import { type DynamicModule, Module } from "@nestjs/common";
import { ScheduleModule } from "@nestjs/schedule";
import type { ClusterConfig } from "../config/config.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { EventsModule } from "../events/events.module.js";
import { ClusterHealthCheck, MemberHealthCheck, StandaloneHealthCheck } from "./cluster-health-check.js";
import { ClusterHealth, StandaloneHealth } from "./cluster-health.js";
import { recordSealProvider, settingsHashProvider } from "./cluster-keys.provider.js";
import { ClusterMetrics } from "./cluster-metrics.js";
import { ClusterStatus } from "./cluster-status.js";
import { ClusterController } from "./cluster.controller.js";
import { Heartbeat } from "./heartbeat.js";
import { IssuedStarts } from "./issued-starts.js";
import { KeyRollout } from "./key-rollout.js";
import { MemberHealth } from "./member-health.js";
import { Membership } from "./membership/membership.js";
import { OwnNode } from "./own-node.js";
import { RecordExchange } from "./record-exchange.js";
import { RegistryContact } from "./registry-contact.js";
import { nodeRegistryProvider } from "./registry/registry.provider.js";
import { NodeAdmission } from "./settings/node-admission.js";
import { OwnFingerprints } from "./settings/own-fingerprints.js";
import { SettingsWatch } from "./settings/settings-watch.js";
import { StandaloneClusterController } from "./standalone-cluster.controller.js";
import { StandaloneStatus } from "./standalone-status.js";
import { StatusView } from "./status-view.js";

/** Who is in the cluster: the registry they meet in, this node's heartbeat, and its judgement of the others. */
@Module({})
export class ClusterModule {
  /** A node that runs alone has neither registry nor heartbeat. */
  static register({ enabled }: ClusterConfig): DynamicModule {
    return enabled ? clustered : standalone;
  }
}

const clustered: DynamicModule = {
  module: ClusterModule,
  imports: [DatabaseModule, EventsModule, ScheduleModule.forRoot()],
  controllers: [ClusterController],
  providers: [
    RegistryContact, // how the registry answers
    nodeRegistryProvider, // redis, postgres, sqlite or file, by cluster.backend
    recordSealProvider,
    settingsHashProvider,
    IssuedStarts,
    OwnFingerprints, // what must be equal everywhere, as this node has it
    OwnNode, // what this node says of itself
    Membership, // where a node becomes inactive
    KeyRollout, // when a new database key comes into use
    NodeAdmission, // whether this node may serve beside the others
    SettingsWatch, // which settings differ
    RecordExchange, // what a heartbeat does
    Heartbeat, // when
    ClusterStatus,
    ClusterMetrics,
    { provide: StatusView, useExisting: ClusterStatus },
    { provide: ClusterHealth, useClass: MemberHealth },
    { provide: ClusterHealthCheck, useClass: MemberHealthCheck },
  ],
  exports: [ClusterHealth, ClusterHealthCheck, StatusView],
};

const standalone: DynamicModule = {
  module: ClusterModule,
  controllers: [StandaloneClusterController],
  providers: [
    StandaloneStatus,
    { provide: StatusView, useExisting: StandaloneStatus },
    { provide: ClusterHealth, useClass: StandaloneHealth },
    { provide: ClusterHealthCheck, useClass: StandaloneHealthCheck },
  ],
  exports: [ClusterHealth, ClusterHealthCheck, StatusView],
};
