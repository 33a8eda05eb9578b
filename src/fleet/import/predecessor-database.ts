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
  /** Grows with the time of storing. */
  readonly row: number;
  readonly machineId: string;
  readonly timestamp: unknown;
  readonly metrics: string | null;
}

/** Some may be damaged. */
const TRIED = 50;

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
    if (this.isEncrypted && !this.keyFits()) {
      this.close();
      throw new ImportRefusedError(
        "--key-file: this key opens nothing of the database; give the one it was sealed with",
      );
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

  /** Those behind the row `after`, in the order in which they were stored. */
  samples(after: number): IterableIterator<PredecessorSample> {
    return this.db
      .prepare<[number], PredecessorSample>(
        `SELECT rowid AS row, machine_id AS machineId, timestamp, ${this.columns.metrics} AS metrics
         FROM metrics_history WHERE rowid > ? ORDER BY rowid`,
      )
      .iterate(after);
  }

  /** How many samples stand up to this row. */
  samplesUpTo(row: number): number {
    const count = "SELECT count(*) FROM metrics_history WHERE rowid <= ?";
    return this.db.prepare<[number], number>(count).pluck().get(row) ?? 0;
  }

  /** What tells this file from others of its kind, however it is named. */
  get origin(): unknown {
    return this.db.prepare("SELECT rowid, machine_id, timestamp FROM metrics_history ORDER BY rowid LIMIT 1").get();
  }

  /** A document as JSON text. Throws InvalidTokenError where the key does not open it. */
  open(document: string): string {
    return this.isEncrypted && this.keys ? this.keys.open(document).toString("utf8") : document;
  }

  /** Whether the key opens any of the first documents, or there is none. */
  private keyFits(): boolean {
    const { info, metrics } = this.columns;
    const documents = [
      [info, "machines"],
      [metrics, "metrics_history"],
    ].flatMap(([column = "", table = ""]) =>
      this.db.prepare<[], string>(`SELECT ${column} FROM ${table} WHERE ${column} <> '' LIMIT ${TRIED}`).pluck().all(),
    );
    return documents.length === 0 || documents.some((document) => this.opens(document));
  }

  private opens(document: string): boolean {
    try {
      this.open(document);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.db.close();
  }
}

function columnsOf(db: Database.Database, table: string): Set<string> {
  return new Set(db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table));
}
