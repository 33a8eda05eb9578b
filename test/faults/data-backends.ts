import Database from "better-sqlite3";
import path from "node:path";
import { startPostgres } from "../support/postgres-server.js";
import { isWriteLocked } from "../support/sqlite-lock.js";
import { makeTempFolder } from "../support/temp-folder.js";
import type { ReportKey } from "./compare-reports.js";

/** Where the three nodes keep the fleet. */
export interface FleetData {
  /** For the section `server` of their configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Every stored sample of the machines whose names begin so. */
  stored(prefix: string): Promise<readonly ReportKey[]>;
  /** Whether somebody holds what a node needs for writing: a process frozen at that moment would stop all others. */
  held(): boolean;
}

async function onSqlite(): Promise<FleetData> {
  const file = path.join(makeTempFolder("shared"), "fleet.sqlite3");
  const stored = (prefix: string) => {
    const db = new Database(file, { readonly: true });
    const samples = db
      .prepare<[string], ReportKey>(
        `SELECT m.machine_id AS machineId, s.ts AS timeMs FROM history_samples s JOIN machines m ON m.id = s.machine
         WHERE m.machine_id LIKE ? || '%'`,
      )
      .all(prefix);
    db.close();
    return Promise.resolve(samples);
  };
  const held = () => isWriteLocked(file, 200);
  return Promise.resolve({ settings: { db_backend: "sqlite", db_path: file }, stored, held });
}

async function onPostgres(): Promise<FleetData> {
  const server = await startPostgres();
  const url = await server.createDatabase("fleet");
  const stored = async (prefix: string) => {
    const rows = await server.query(
      `SELECT m.machine_id, s.ts::float8 AS ts FROM history_samples s JOIN machines m ON m.id = s.machine
       WHERE starts_with(m.machine_id, '${prefix}')`,
      url,
    );
    return rows.map(({ machine_id, ts }) => ({ machineId: String(machine_id), timeMs: Number(ts) }));
  };
  // A commit is one step there: nobody can be frozen half way.
  return { settings: { db_backend: "postgresql", db_url: url }, stored, held: () => false };
}

export type DataBackend = "sqlite" | "postgresql";

export const dataBackends = { sqlite: onSqlite, postgresql: onPostgres } satisfies Record<
  DataBackend,
  () => Promise<FleetData>
>;
