import { type DynamicModule, Module } from "@nestjs/common";
import { ScheduleModule } from "@nestjs/schedule";
import type { ClusterConfig } from "../config/config.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { ClusterHealthCheck, MemberHealthCheck, StandaloneHealthCheck } from "./cluster-health-check.js";
import { ClusterHealth, StandaloneHealth } from "./cluster-health.js";
import { ClusterStatus } from "./cluster-status.js";
import { ClusterController } from "./cluster.controller.js";
import { Heartbeat } from "./heartbeat.js";
import { IssuedIncarnations } from "./issued-incarnations.js";
import { KeyRollout } from "./key-rollout.js";
import { MemberHealth } from "./member-health.js";
import { Membership } from "./membership/membership.js";
import { OwnNode } from "./own-node.js";
import { RecordExchange } from "./record-exchange.js";
import { recordSignerProvider } from "./record-signer.provider.js";
import { RegistryContact } from "./registry-contact.js";
import { nodeRegistryProvider } from "./registry/registry.provider.js";
import { StandaloneClusterController } from "./standalone-cluster.controller.js";

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
  imports: [DatabaseModule, ScheduleModule.forRoot()],
  controllers: [ClusterController],
  providers: [
    RegistryContact, // how the registry answers
    nodeRegistryProvider, // redis, postgres, sqlite or file, by cluster.backend
    recordSignerProvider,
    IssuedIncarnations,
    OwnNode, // what this node says of itself
    Membership, // where a node becomes inactive
    KeyRollout, // when a new database key comes into use
    RecordExchange, // what a heartbeat does
    Heartbeat, // when
    ClusterStatus,
    { provide: ClusterHealth, useClass: MemberHealth },
    { provide: ClusterHealthCheck, useClass: MemberHealthCheck },
  ],
  exports: [ClusterHealth, ClusterHealthCheck],
};

const standalone: DynamicModule = {
  module: ClusterModule,
  controllers: [StandaloneClusterController],
  providers: [
    { provide: ClusterHealth, useClass: StandaloneHealth },
    { provide: ClusterHealthCheck, useClass: StandaloneHealthCheck },
  ],
  exports: [ClusterHealth, ClusterHealthCheck],
};
