import { Logger, Module } from "@nestjs/common";
import { TypeOrmModule, getRepositoryToken } from "@nestjs/typeorm";
import { DataSource, type DataSourceOptions, type Repository } from "typeorm";
import { CLUSTER_CONFIG, type ClusterConfig, SERVER_CONFIG, type ServerConfig } from "../config/config.module.js";
import { databaseBackends } from "./database-backends.js";
import { DatabaseClock } from "./database-clock.js";
import { DatabaseKeys } from "./database-keys.js";
import { DatabaseSecrets } from "./database-secrets.js";
import { DocumentCipher } from "./document-cipher.js";
import { Incarnations } from "./incarnations.js";
import { Sealers } from "./sealers.js";
import { Setting } from "./setting.entity.js";

/** The one shared database: its connection, schema, secrets and clock. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SERVER_CONFIG],
      useFactory: (server: ServerConfig) => ({
        autoLoadEntities: true,
        // A wrong key or an unreadable file stays wrong; the process says so and ends instead of trying again.
        retryAttempts: 0,
        server,
      }),
      dataSourceFactory: (options) => {
        const { entities, server } = options as DataSourceOptions & { server: ServerConfig };
        const cipher = new DocumentCipher(server.db_encryption_key);
        return databaseBackends[server.db_backend].open(server, entities ?? [], cipher, new Logger("Database"));
      },
    }),
    TypeOrmModule.forFeature([Setting]),
  ],
  providers: [
    {
      provide: DocumentCipher,
      inject: [SERVER_CONFIG],
      useFactory: (server: ServerConfig) => new DocumentCipher(server.db_encryption_key),
    },
    {
      provide: DatabaseSecrets,
      inject: [getRepositoryToken(Setting), DocumentCipher, Sealers, CLUSTER_CONFIG],
      useFactory: (settings: Repository<Setting>, cipher: DocumentCipher, sealers: Sealers, cluster: ClusterConfig) =>
        DatabaseSecrets.load(settings, cipher, { alone: !cluster.enabled, sealers }),
    },
    {
      provide: DatabaseKeys,
      inject: [getRepositoryToken(Setting), DocumentCipher, Sealers],
      useFactory: (settings: Repository<Setting>, cipher: DocumentCipher, sealers: Sealers) =>
        new DatabaseKeys(settings, cipher, sealers),
    },
    {
      provide: Sealers,
      inject: [getRepositoryToken(Setting), CLUSTER_CONFIG],
      useFactory: (settings: Repository<Setting>, { node_id }: ClusterConfig) => new Sealers(settings, node_id),
    },
    {
      provide: DatabaseClock,
      inject: [SERVER_CONFIG, DataSource],
      useFactory: (server: ServerConfig, dataSource: DataSource) =>
        databaseBackends[server.db_backend].clock(dataSource),
    },
    Incarnations,
  ],
  exports: [DocumentCipher, DatabaseKeys, DatabaseSecrets, DatabaseClock, Incarnations, Sealers],
})
export class DatabaseModule {}
