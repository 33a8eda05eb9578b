import type { FleetConfig } from "../config/config-schema.js";
import type { Examination } from "./check.js";
import { examineConfiguration } from "./examine-configuration.js";
import { examinePostgres } from "./postgres/examine-postgres.js";
import { examineSqlite } from "./sqlite/examine-sqlite.js";

/** By `server.db_backend`. */
const databases = {
  sqlite: examineSqlite,
  postgres: examinePostgres,
} satisfies Record<FleetConfig["server"]["db_backend"], (config: FleetConfig) => Examination>;

/** Everything that the doctor looks at, subject by subject. */
export function examine(config: FleetConfig): Examination {
  const subjects = [examineConfiguration(config), databases[config.server.db_backend](config)];
  return {
    checks: subjects.flatMap(({ checks }) => checks),
    close: async () => {
      for (const subject of subjects) await subject.close();
    },
  };
}
