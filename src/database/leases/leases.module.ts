import { Module } from "@nestjs/common";
import { TypeOrmModule, getRepositoryToken } from "@nestjs/typeorm";
import { randomUUID } from "node:crypto";
import type { Repository } from "typeorm";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { DatabaseModule } from "../database.module.js";
import { Transactions } from "../transactions.js";
import { LeaseRow } from "./lease.entity.js";
import { Leases } from "./leases.js";
import { PeriodicJobs } from "./periodic-jobs.js";

/** One node at a time runs a periodic job; a node that runs alone runs them all. */
@Module({
  imports: [DatabaseModule, TypeOrmModule.forFeature([LeaseRow])],
  providers: [
    Transactions,
    {
      provide: Leases,
      inject: [getRepositoryToken(LeaseRow), Transactions, CLUSTER_CONFIG],
      useFactory: (rows: Repository<LeaseRow>, transactions: Transactions, { node_id, lease_timeout }: ClusterConfig) =>
        new Leases(rows, transactions, `${node_id}/${randomUUID()}`, lease_timeout * 1000),
    },
    PeriodicJobs,
  ],
  exports: [PeriodicJobs],
})
export class LeasesModule {}
