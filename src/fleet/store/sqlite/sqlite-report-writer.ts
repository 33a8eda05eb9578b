import type Database from "better-sqlite3";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import type { SqliteSamples } from "../../history/sqlite-samples.js";
import type { AcceptedReport } from "../fleet-store.js";
import { identityAfter } from "../machine-identity.js";
import { type RecentReport, isRepeat, remember } from "../recent-reports.js";

interface MachineRow {
  id: number;
  last_seen: number;
  info_at: number;
  metrics_at: number;
  cpu_percent: number | null;
  memory_percent: number | null;
  disk_percent: number | null;
  encrypted: number;
  identity: string | null;
  former_identity: string | null;
  conflict_at: number | null;
  info_hash: string | null;
  recent_reports: string;
}

/** Commits batches of reports on SQLite: prepared statements, one transaction, each row found by its key. */
export class SqliteReportWriter {
  /** All or nothing, durable when it returns. */
  readonly commit: (reports: readonly AcceptedReport[]) => void;
  private readonly find: Database.Statement<unknown[], MachineRow>;
  private readonly insert: Database.Statement;
  private readonly insertDocuments: Database.Statement;
  private readonly update: Database.Statement;
  private readonly updateNames: Database.Statement;
  private readonly updateInfo: Database.Statement;
  private readonly updateMetrics: Database.Statement;
  private readonly updateRecent: Database.Statement;

  constructor(
    db: Database.Database,
    private readonly samples: SqliteSamples,
    private readonly cipher: DocumentCipher,
    private readonly repeatWindowMs: number,
  ) {
    this.find = db.prepare(
      `SELECT m.id, m.last_seen, m.info_at, m.metrics_at, m.cpu_percent, m.memory_percent, m.disk_percent, m.encrypted,
         m.identity, m.former_identity, m.conflict_at, d.info_hash, d.recent_reports
       FROM machines m JOIN machine_documents d ON d.machine = m.id WHERE m.machine_id = ?`,
    );
    this.insert = db.prepare(
      `INSERT INTO machines (id, machine_id, search_text, encrypted, first_seen, last_seen, info_at, metrics_at)
       VALUES (1 + max(coalesce((SELECT max(id) FROM machines), 0),
         coalesce((SELECT value FROM history_progress WHERE name = 'last machine'), 0)), ?, ?, 0, ?, 0, 0, 0)`,
    );
    this.insertDocuments = db.prepare("INSERT INTO machine_documents (machine) VALUES (?)");
    this.update = db.prepare(
      `UPDATE machines SET last_seen = ?, encrypted = ?, info_at = ?, metrics_at = ?, cpu_percent = ?,
         memory_percent = ?, disk_percent = ? WHERE id = ?`,
    );
    this.updateNames = db.prepare(
      `UPDATE machines SET hostname = ?, hostname_hash = ?, serial_hash = ?, search_text = ?, search_hashes = ?,
         identity = ?, former_identity = ?, conflict_at = ? WHERE id = ?`,
    );
    this.updateInfo = db.prepare("UPDATE machine_documents SET info = ?, info_hash = ? WHERE machine = ?");
    this.updateMetrics = db.prepare("UPDATE machine_documents SET metrics = ? WHERE machine = ?");
    this.updateRecent = db.prepare("UPDATE machine_documents SET recent_reports = ? WHERE machine = ?");
    const transaction = db.transaction((reports: readonly AcceptedReport[]) => {
      for (const report of reports) this.write(report);
    });
    // The write lock is taken first: a transaction that starts by reading could not wait for it later.
    this.commit = (reports) => {
      try {
        transaction.immediate(reports);
      } catch (error) {
        samples.forgetAdded();
        throw error;
      }
    };
  }

  private write(report: AcceptedReport): void {
    const machine = this.find.get(report.machineId) ?? this.create(report);
    const sampledAt = this.addSample(machine, report);
    if (sampledAt === undefined) return;

    // What is newest is decided by the earlier of the agent's clock and ours, so that an agent whose clock runs ahead
    // cannot pin its figures, nor a report that was stored late turn them back.
    const at = Math.min(sampledAt, report.arrivedAt);
    const newMetrics = report.metrics !== null && at > machine.metrics_at;
    const newInfo = report.info !== null && at > machine.info_at;
    this.update.run(
      Math.max(machine.last_seen, report.arrivedAt),
      (report.arrivedAt >= machine.last_seen ? report.encrypted : machine.encrypted) ? 1 : 0,
      newInfo ? at : machine.info_at,
      newMetrics ? at : machine.metrics_at,
      newMetrics ? report.figures.cpu : machine.cpu_percent,
      newMetrics ? report.figures.memory : machine.memory_percent,
      newMetrics ? report.figures.disk : machine.disk_percent,
      machine.id,
    );
    if (newInfo && report.infoHash !== machine.info_hash) {
      this.updateInfo.run(this.cipher.seal(report.info), report.infoHash, machine.id);
      const { hostname, hostnameHash, serialHash, searchText, searchHashes } = report;
      const { identity, formerIdentity, conflictAt } = identityAfter(report, {
        identity: machine.identity,
        formerIdentity: machine.former_identity,
        conflictAt: machine.conflict_at,
      });
      this.updateNames.run(
        hostname,
        hostnameHash,
        serialHash,
        searchable(report.machineId, searchText),
        searchHashes,
        identity,
        formerIdentity,
        conflictAt,
        machine.id,
      );
    }
    if (report.metrics === null) return;
    // Nodes of the version before read the newest metrics, too, and no compact ones.
    if (newMetrics) this.updateMetrics.run(this.cipher.seal(report.metrics), machine.id);
    if (this.samples.wantsDetail(machine.id, sampledAt)) {
      this.samples.addDetail(machine.id, sampledAt, this.cipher.sealCompact(report.metrics));
    }
  }

  /** The time the report's sample was stored under, or undefined when the report is a repeat. */
  private addSample(machine: MachineRow, report: AcceptedReport): number | undefined {
    if (report.repeatHash === null) {
      return this.samples.add(machine.id, report.sampledAt, report.figures) ? report.sampledAt : undefined;
    }
    const recent = JSON.parse(machine.recent_reports) as RecentReport[];
    if (isRepeat(recent, report.repeatHash, report.arrivedAt, this.repeatWindowMs)) return undefined;
    this.updateRecent.run(JSON.stringify(remember(recent, report.repeatHash, report.arrivedAt)), machine.id);
    let at = report.sampledAt;
    if (report.metrics === null) return at;
    // Two different reports may arrive in the same millisecond.
    while (!this.samples.add(machine.id, at, report.figures)) at += 1;
    return at;
  }

  private create(report: AcceptedReport): MachineRow {
    const id = Number(
      this.insert.run(report.machineId, searchable(report.machineId, null), report.arrivedAt).lastInsertRowid,
    );
    this.insertDocuments.run(id);
    return {
      id,
      last_seen: 0,
      info_at: 0,
      metrics_at: 0,
      cpu_percent: null,
      memory_percent: null,
      disk_percent: null,
      encrypted: 0,
      identity: null,
      former_identity: null,
      conflict_at: null,
      info_hash: null,
      recent_reports: "[]",
    };
  }
}

/** Searches look into one column: the machine id, and what else may be found. */
function searchable(machineId: string, searchText: string | null): string {
  return `${machineId.toLowerCase()}\n${searchText ?? ""}`;
}
