import type Database from "better-sqlite3";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import type { MachineQuery, MachineSort } from "../../machines/machine-query.js";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import type { MachinePage, StoredMachine } from "../fleet-store.js";

interface MachineRow {
  machine_id: string;
  encrypted: number;
  first_seen: number;
  last_seen: number;
  conflict_at: number | null;
  info: string | null;
  metrics: string | null;
}

interface SortedRow extends MachineRow {
  sort_value: number | string;
}

/** A page ends early once its documents are this large: a machine may report a megabyte, and answers must stay small. */
const MAX_PAGE_CHARACTERS = 4_000_000;

/** Column to sort by, with a value in place of null that puts machines without the figure last in either direction. */
const sortExpressions = {
  machine_id: () => "m.machine_id",
  name: () => "coalesce(m.hostname, m.machine_id)",
  last_seen: () => "m.last_seen",
  cpu: (last) => `coalesce(m.cpu_percent, ${last})`,
  memory: (last) => `coalesce(m.memory_percent, ${last})`,
  disk: (last) => `coalesce(m.disk_percent, ${last})`,
} satisfies Record<MachineSort, (last: string) => string>;

const columns = "m.machine_id, m.encrypted, m.first_seen, m.last_seen, m.conflict_at, d.info, d.metrics";
const tables = "machines m JOIN machine_documents d ON d.machine = m.id";

/** Reads machines on SQLite and opens their documents. */
export class SqliteMachines {
  private readonly byId: Database.Statement<unknown[], MachineRow>;
  private readonly bySerial: Database.Statement<unknown[], MachineRow>;

  constructor(
    private readonly db: Database.Database,
    private readonly cipher: DocumentCipher,
  ) {
    this.byId = db.prepare(`SELECT ${columns} FROM ${tables} WHERE m.machine_id = ?`);
    this.bySerial = db.prepare(
      `SELECT ${columns} FROM ${tables} WHERE m.serial_hash = ? ORDER BY m.last_seen DESC LIMIT 1`,
    );
  }

  find(machineId: string, serialHash: string): StoredMachine | null {
    const row = this.byId.get(machineId) ?? this.bySerial.get(serialHash);
    return row ? this.opened(row) : null;
  }

  /** One page by keyset: the rows after the last one of the page before, however many lie before it. */
  page(query: MachineQuery, now: number, limits: StatusLimits): MachinePage {
    const sort = sortExpressions[query.sort](query.descending ? "-1" : "1e9");
    const { where, values } = filterOf(query, now, limits);
    const total = this.db
      .prepare<unknown[], { total: number }>(`SELECT count(*) AS total FROM machines m WHERE ${where}`)
      .get(...values)?.total;

    const beyond = query.after ? `AND (${sort}, m.machine_id) ${query.descending ? "<" : ">"} (?, ?)` : "";
    const direction = query.descending ? "DESC" : "ASC";
    const rows = this.db
      .prepare<unknown[], SortedRow>(
        // The rows of the page first: sorting must not carry the documents of the whole fleet along.
        `WITH page AS MATERIALIZED (
           SELECT m.id, ${sort} AS sort_value FROM machines m WHERE ${where} ${beyond}
           ORDER BY ${sort} ${direction}, m.machine_id ${direction} LIMIT ?)
         SELECT ${columns}, p.sort_value FROM page p CROSS JOIN ${tables} WHERE m.id = p.id
         ORDER BY p.sort_value ${direction}, m.machine_id ${direction}`,
      )
      .iterate(...values, ...(query.after ? [query.after.value, query.after.machineId] : []), query.limit + 1);
    const page: SortedRow[] = [];
    let characters = 0;
    for (const row of rows) {
      const last = page.at(-1);
      if (last && (page.length === query.limit || characters >= MAX_PAGE_CHARACTERS)) {
        return this.pageOf(page, total, { value: last.sort_value, machineId: last.machine_id });
      }
      characters += (row.info?.length ?? 0) + (row.metrics?.length ?? 0);
      page.push(row);
    }
    return this.pageOf(page, total, null);
  }

  private pageOf(rows: readonly SortedRow[], total: number | undefined, next: MachinePage["next"]): MachinePage {
    return { machines: rows.map((row) => this.opened(row)), total: total ?? 0, next };
  }

  private opened(row: MachineRow): StoredMachine {
    return {
      machineId: row.machine_id,
      encrypted: row.encrypted === 1,
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      info: row.info === null ? null : this.cipher.open(row.info),
      metrics: row.metrics === null ? null : this.cipher.open(row.metrics),
      conflictAt: row.conflict_at,
    };
  }
}

function filterOf(query: MachineQuery, now: number, limits: StatusLimits): { where: string; values: unknown[] } {
  const conditions = ["TRUE"];
  const values: unknown[] = [];
  if (query.status) {
    const { from, to } = lastSeenRange(query.status, now, limits);
    conditions.push("m.last_seen BETWEEN ? AND ?");
    values.push(from, to);
  }
  if (query.search) {
    const part = `%${query.search.text.replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(
      String.raw`(m.machine_id LIKE ? ESCAPE '\' OR instr(m.search_text, ?) > 0 OR instr(m.search_hashes, ?) > 0
        OR m.hostname_hash = ? OR m.serial_hash = ?)`,
    );
    const { text, wordHash, hostnameHash, serialHash } = query.search;
    values.push(part, text.toLowerCase(), wordHash, hostnameHash, serialHash);
  }
  return { where: conditions.join(" AND "), values };
}
