import Database from "better-sqlite3";
import type { KeyRing } from "../../crypto/key-ring.js";

export interface PredecessorMachine {
  readonly machineId: string;
  readonly firstSeen: unknown;
  readonly lastSeen: unknown;
  readonly info: string | null;
  readonly metrics: string | null;
}

export interface PredecessorSample {
  readonly machineId: string;
  readonly timestamp: unknown;
  readonly metrics: string | null;
}

/** The file is not what the predecessor left; the sentence says what to do. */
class ImportRefusedError extends Error {
  readonly code = "IMPORT_REFUSED";
}

/** The predecessor's SQLite file, only read. Its documents are JSON, or Fernet tokens in columns named `.._encrypted`. */
export class PredecessorDatabase {
  private readonly db: Database.Database;
  private readonly columns: { readonly info: string; readonly latest: string; readonly metrics: string };
  private readonly isEncrypted: boolean;

  /** Throws ImportRefusedError. */
  constructor(
    path: string,
    private readonly keys: KeyRing | undefined,
  ) {
    try {
      this.db = new Database(path, { readonly: true, fileMustExist: true });
      const machines = columnsOf(this.db, "machines");
      const history = columnsOf(this.db, "metrics_history");
      this.isEncrypted = machines.has("info_json_encrypted");
      const suffix = this.isEncrypted ? "_encrypted" : "";
      this.columns = {
        info: `info_json${suffix}`,
        latest: `latest_metrics_json${suffix}`,
        metrics: `metrics_json${suffix}`,
      };
      if (!machines.has(this.columns.info) || !history.has(this.columns.metrics)) throw new Error("other tables");
    } catch (error) {
      throw new ImportRefusedError(`--from: ${path} is not a database of the earlier server, or cannot be read`, {
        cause: error,
      });
    }
    if (this.isEncrypted && !keys) {
      this.close();
      throw new ImportRefusedError("--from: this database is encrypted; give its key in a file: --key-file FILE");
    }
  }

  /** How many machines and samples there are. */
  count(): { machines: number; samples: number } {
    const count = (table: string) => this.db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return { machines: count("machines"), samples: count("metrics_history") };
  }

  machines(): IterableIterator<PredecessorMachine> {
    const { info, latest } = this.columns;
    return this.db
      .prepare<[], PredecessorMachine>(
        `SELECT machine_id AS machineId, first_seen AS firstSeen, last_seen AS lastSeen, ${info} AS info,
           ${latest} AS metrics FROM machines ORDER BY machine_id`,
      )
      .iterate();
  }

  /** In the order of time, so that what belongs together comes together. */
  samples(): IterableIterator<PredecessorSample> {
    return this.db
      .prepare<[], PredecessorSample>(
        `SELECT machine_id AS machineId, timestamp, ${this.columns.metrics} AS metrics FROM metrics_history
         ORDER BY timestamp, machine_id`,
      )
      .iterate();
  }

  /** A document as JSON text. Throws InvalidTokenError where the key does not open it. */
  open(document: string): string {
    return this.isEncrypted && this.keys ? this.keys.open(document).toString("utf8") : document;
  }

  close(): void {
    this.db.close();
  }
}

function columnsOf(db: Database.Database, table: string): Set<string> {
  return new Set(db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table));
}
