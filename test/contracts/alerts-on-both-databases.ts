import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { LogLines } from "../unit/cluster/log-lines.js";
import { AlertStage } from "./alert-stage.js";
import { postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

export const ids = (count: number, prefix = "m") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** A report of a machine whose processor is busy. */
export const hot = {
  figures: { cpu: 97, memory: 20, disk: 30, load1: null, bytesSent: null, bytesReceived: null, processes: null },
};

/** Opens a stage whose settings are named by their paths. */
type Open = (settings?: Record<string, unknown>) => Promise<AlertStage>;

/** The same tests on SQLite and on PostgreSQL. */
export function describeAlerts(name: string, tests: (open: Open) => void): void {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  describe.each([
    ["SQLite", () => sqliteDatabase()],
    ["PostgreSQL", () => postgresDatabase(server)],
  ])(`${name} on %s`, (_name, makeDatabase) => {
    const stages: AlertStage[] = [];

    beforeEach(() => {
      new LogLines();
    });

    afterEach(async () => {
      for (const stage of stages.splice(0)) await stage.close();
    });

    tests(async (settings = {}) => {
      const stage = await AlertStage.open(await makeDatabase(), settings);
      stages.push(stage);
      return stage;
    });
  });
}
