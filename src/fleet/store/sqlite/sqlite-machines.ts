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
  /** Of all rows that match, on whatever page. */
  total: number;
}

/** A page ends early once its documents are this large: a machine may report a megabyte, and answers must stay small. */
const MAX_PAGE_CHARACTERS = 4_000_000;

/** Column to sort by, with a value in place of null that puts machines without the figure last in either direction. */
const sortExpressions = {
  machine_id: () => "m.machine_id",
  name: () => "lower(coalesce(m.hostname, m.machine_id))",
  first_seen: () => "m.first_seen",
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
  private readonly byIds: Database.Statement<unknown[], MachineRow>;

  constructor(
    private readonly db: Database.Database,
    private readonly cipher: DocumentCipher,
  ) {
    this.byId = db.prepare(`SELECT ${columns} FROM ${tables} WHERE m.machine_id = ?`);
    this.bySerial = db.prepare(
      `SELECT ${columns} FROM ${tables} WHERE m.serial_hash = ? ORDER BY m.last_seen DESC LIMIT 1`,
    );
    this.byIds = db.prepare(`SELECT ${columns} FROM ${tables} WHERE m.machine_id IN (SELECT value FROM json_each(?))`);
  }

  some(machineIds: readonly string[]): StoredMachine[] {
    return this.byIds.all(JSON.stringify(machineIds)).map((row) => this.opened(row));
  }

  find(machineId: string, serialHash: string): StoredMachine | null {
    const row = this.byId.get(machineId) ?? this.bySerial.get(serialHash);
    return row ? this.opened(row) : null;
  }

  /** One page by keyset: the rows after the last one of the page before, however many lie before it. */
  page(query: MachineQuery, now: number, limits: StatusLimits): MachinePage {
    const sort = sortExpressions[query.sort](query.descending ? "-1" : "1e9");
    const { where, values } = filterOf(query, now, limits);
    const direction = query.descending ? "DESC" : "ASC";
    const order = (value: string, id: string) => `ORDER BY ${value} ${direction}, ${id} ${direction}`;
    const beyond = query.after ? `WHERE (sort_value, machine_id) ${query.descending ? "<" : ">"} (?, ?)` : "";
    // Sorting does not carry the documents of the whole fleet along. What a search has found is kept for counting it, so that
    // every row is compared with the words once; without a search keeping it takes as long as all the rest.
    const statement = this.db.prepare<unknown[], SortedRow>(
      `WITH found AS ${query.search ? "MATERIALIZED" : "NOT MATERIALIZED"} (SELECT m.id, m.machine_id, ${sort} AS sort_value FROM machines m WHERE ${where}),
       page AS MATERIALIZED (
         SELECT id, sort_value FROM found ${beyond} ${order("sort_value", "machine_id")} LIMIT ?)
       SELECT ${columns}, p.sort_value, (SELECT count(*) FROM found) AS total
       FROM page p CROSS JOIN ${tables} WHERE m.id = p.id ${order("p.sort_value", "m.machine_id")}`,
    );
    const after = query.after ? [query.after.value, query.after.machineId] : [];
    const page: SortedRow[] = [];
    let characters = 0;
    for (const row of statement.iterate(...values, ...after, query.limit + 1)) {
      const last = page.at(-1);
      if (last && (page.length === query.limit || characters >= MAX_PAGE_CHARACTERS)) {
        return this.pageOf(page, row.total, { value: last.sort_value, machineId: last.machine_id });
      }
      characters += (row.info?.length ?? 0) + (row.metrics?.length ?? 0);
      page.push(row);
    }
    return this.pageOf(page, page[0]?.total ?? this.count(where, values), null);
  }

  private count(where: string, values: readonly unknown[]): number {
    const count = this.db.prepare<unknown[], { total: number }>(
      `SELECT count(*) AS total FROM machines m WHERE ${where}`,
    );
    return count.get(...values)?.total ?? 0;
  }

  private pageOf(rows: readonly SortedRow[], total: number, next: MachinePage["next"]): MachinePage {
    return { machines: rows.map((row) => this.opened(row)), total, next };
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
    // What has an index is looked up there once, so that each of the fleet's rows is compared with the words alone.
    conditions.push(
      `(instr(m.search_text, ?) > 0 OR (m.search_hashes IS NOT NULL AND instr(m.search_hashes, ?) > 0) OR m.id IN (
        SELECT id FROM machines WHERE hostname_hash = ? UNION ALL SELECT id FROM machines WHERE serial_hash = ?))`,
    );
    const { text, wordHash, hostnameHash, serialHash } = query.search;
    values.push(text.toLowerCase(), wordHash, hostnameHash, serialHash);
  }
  return { where: conditions.join(" AND "), values };
}
