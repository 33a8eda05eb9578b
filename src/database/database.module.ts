import { Logger, Module } from "@nestjs/common";
import { TypeOrmModule, getRepositoryToken } from "@nestjs/typeorm";
import { DataSource, type DataSourceOptions, type Repository } from "typeorm";
import { SERVER_CONFIG, type ServerConfig } from "../config/config.module.js";
import { databaseBackends } from "./database-backends.js";
import { DatabaseClock } from "./database-clock.js";
import { DatabaseSecrets } from "./database-secrets.js";
import { DocumentCipher } from "./document-cipher.js";
import { Incarnations } from "./incarnations.js";
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
      inject: [getRepositoryToken(Setting), DocumentCipher],
      useFactory: (settings: Repository<Setting>, cipher: DocumentCipher) => DatabaseSecrets.load(settings, cipher),
    },
    {
      provide: DatabaseClock,
      inject: [SERVER_CONFIG, DataSource],
      useFactory: (server: ServerConfig, dataSource: DataSource) =>
        databaseBackends[server.db_backend].clock(dataSource),
    },
    Incarnations,
  ],
  exports: [DocumentCipher, DatabaseSecrets, DatabaseClock, Incarnations],
})
export class DatabaseModule {}
