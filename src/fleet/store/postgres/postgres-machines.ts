import type pg from "pg";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import type { MachineQuery, MachineSort } from "../../machines/machine-query.js";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import type { MachineConflict, MachinePage, StoredMachine } from "../fleet-store.js";
import { ask } from "./ask.js";
import { mapInSlices } from "../../../common/map-in-slices.js";
import { storableText } from "./storable-text.js";

interface MachineRow {
  readonly machine_id: string;
  readonly encrypted: boolean;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly info: string | null;
  readonly metrics: string | null;
  readonly conflict_at: number | null;
}

interface SortedRow extends MachineRow {
  readonly sort_value: number | string;
  readonly total: number;
  /** Whether it stands on this page; if not, it only shows that there is a next one. */
  readonly fits: boolean;
}

/** The only row of a page without machines. */
interface EmptyRow {
  readonly machine_id: null;
  readonly total: number;
}

/** A page ends early once its documents are this large: a machine may report a megabyte, and answers must stay small. */
const MAX_PAGE_BYTES = 4_000_000;

/** Column to sort by, with a value in place of null that puts machines without the figure last in either direction. */
const sortExpressions = {
  machine_id: () => "m.machine_id",
  name: () => `lower(coalesce(m.hostname, m.machine_id)) COLLATE "C"`,
  first_seen: () => "m.first_seen::float8",
  last_seen: () => "m.last_seen::float8",
  cpu: (last) => `coalesce(m.cpu_percent, ${last})`,
  memory: (last) => `coalesce(m.memory_percent, ${last})`,
  disk: (last) => `coalesce(m.disk_percent, ${last})`,
} satisfies Record<MachineSort, (last: string) => string>;

// Milliseconds are exact as float8, which the driver reads as numbers.
const columns = `m.machine_id, m.encrypted, m.first_seen::float8 AS first_seen, m.last_seen::float8 AS last_seen,
  m.conflict_at::float8 AS conflict_at`;
const oneMachine = `SELECT ${columns}, d.info, d.metrics FROM machines m JOIN machine_documents d ON d.machine = m.id`;
const BY_ID = `${oneMachine} WHERE m.machine_id = $1`;
const BY_IDS = `${oneMachine} WHERE m.machine_id = ANY ($1)`;
const BY_SERIAL = `${oneMachine} WHERE m.serial_hash = $1 ORDER BY m.last_seen DESC LIMIT 1`;

const CONFLICTS = `SELECT machine_id AS "machineId", conflict_at::float8 AS at FROM machines
  WHERE conflict_at >= $1 ORDER BY conflict_at DESC, machine_id LIMIT $2`;

/** The second where a node of the version before wrote the row last; plain search for a part is much quicker than LIKE. */
const SEARCHED = `coalesce(m.search_text, lower(concat_ws(E'\\n', m.machine_id, m.hostname)))`;

/** Reads machines on PostgreSQL and opens their documents. */
export class PostgresMachines {
  constructor(
    private readonly pool: pg.Pool,
    private readonly cipher: DocumentCipher,
  ) {}

  async find(machineId: string, serialHash: string): Promise<StoredMachine | null> {
    const row =
      (await ask<MachineRow>(this.pool, BY_ID, [storableText(machineId)])).rows[0] ??
      (await ask<MachineRow>(this.pool, BY_SERIAL, [storableText(serialHash)])).rows[0];
    return row ? this.opened(row) : null;
  }

  async some(machineIds: readonly string[]): Promise<StoredMachine[]> {
    const { rows } = await ask<MachineRow>(this.pool, BY_IDS, [machineIds.map(storableText)]);
    return mapInSlices(rows, (row) => this.opened(row));
  }

  async conflictsSince(at: number, limit: number): Promise<MachineConflict[]> {
    return (await ask<MachineConflict>(this.pool, CONFLICTS, [Math.ceil(at), limit])).rows;
  }

  /** One page by keyset: the rows after the last one of the page before, however many lie before it. */
  async page(query: MachineQuery, now: number, limits: StatusLimits): Promise<MachinePage> {
    const { where, values } = filterOf(query, now, limits);
    const { text, values: all } = pageQuery(query, where, values);
    const { rows } = await ask<SortedRow | EmptyRow>(this.pool, text, all);
    const found = rows.filter((row) => row.machine_id !== null);
    const page = found.filter((row) => row.fits);
    const last = page.at(-1);
    return {
      machines: await mapInSlices(page, (row) => this.opened(row)),
      total: rows[0]?.total ?? 0,
      next: last && page.length < found.length ? { value: last.sort_value, machineId: last.machine_id } : null,
    };
  }

  private opened(row: MachineRow): StoredMachine {
    return {
      machineId: row.machine_id,
      encrypted: row.encrypted,
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      info: row.info === null ? null : this.cipher.open(row.info),
      metrics: row.metrics === null ? null : this.cipher.open(row.metrics),
      conflictAt: row.conflict_at,
    };
  }
}

/**
 * Adds up the sizes of the documents without reading them, so that those beyond the limit never leave the server. What a
 * search has found is kept for counting it, so that every machine is compared with the words once; without a search there
 * are quicker ways to count.
 */
function pageQuery(query: MachineQuery, where: string, filterValues: readonly unknown[]) {
  const values = [...filterValues];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const sort = sortExpressions[query.sort](query.descending ? "-1" : "1e9");
  const direction = query.descending ? "DESC" : "ASC";
  let beyond = "";
  if (query.after) {
    // A cursor of another sort may come with this one; it leads somewhere, but never to an error.
    const [type, value] =
      query.sort === "machine_id" || query.sort === "name"
        ? ["text", storableText(String(query.after.value))]
        : ["float8", Number(query.after.value)];
    const position = `(${parameter(value)}::${type}, ${parameter(storableText(query.after.machineId))}::text)`;
    beyond = `WHERE (m.sort_value, m.machine_id) ${query.descending ? "<" : ">"} ${position}`;
  }
  const text = `
    WITH matching AS ${query.search ? "MATERIALIZED" : "NOT MATERIALIZED"} (
      SELECT m.id, m.machine_id, ${sort} AS sort_value FROM machines m WHERE ${where}
    ), page AS (
      SELECT m.* FROM matching m ${beyond}
      ORDER BY m.sort_value ${direction}, m.machine_id ${direction} LIMIT ${parameter(query.limit + 1)}
    ), measured AS (
      SELECT m.id, m.machine_id, m.sort_value, row_number() OVER places AS place,
        sum(coalesce(octet_length(d.info), 0) + coalesce(octet_length(d.metrics), 0)) OVER places
          - coalesce(octet_length(d.info), 0) - coalesce(octet_length(d.metrics), 0) AS bytes_before
      FROM page m JOIN machine_documents d ON d.machine = m.id
      WINDOW places AS (ORDER BY m.sort_value ${direction}, m.machine_id ${direction} ROWS UNBOUNDED PRECEDING)
    ), judged AS (
      SELECT *, place <= ${parameter(query.limit)} AND bytes_before < ${MAX_PAGE_BYTES} AS fits FROM measured
    )
    SELECT ${columns}, j.sort_value, j.fits, counted.total, d.info, d.metrics
    FROM (SELECT count(*)::int AS total FROM matching) AS counted
    LEFT JOIN (judged j JOIN machines m ON m.id = j.id) ON true
    LEFT JOIN machine_documents d ON j.fits AND d.machine = j.id ORDER BY j.place`;
  return { text, values };
}

function filterOf(query: MachineQuery, now: number, limits: StatusLimits): { where: string; values: unknown[] } {
  const conditions = ["TRUE"];
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  if (query.status) {
    const { from, to } = lastSeenRange(query.status, now, limits);
    conditions.push(`m.last_seen BETWEEN ${parameter(Math.ceil(from))} AND ${parameter(Math.floor(to))}`);
  }
  if (query.search) {
    const { text, hostnameHash, serialHash, wordHash } = query.search;
    const wanted = parameter(storableText(text.toLowerCase()));
    // Every text holds the empty one.
    const word = parameter(wordHash === "" ? null : wordHash);
    // What has an index is looked up there once, so that each of the fleet's rows is compared with the words alone.
    conditions.push(
      `(strpos(${SEARCHED}, ${wanted}) > 0 OR strpos(m.search_hashes, ${word}) > 0 OR m.id = ANY (ARRAY(
        SELECT id FROM machines WHERE hostname_hash = ${parameter(hostnameHash)}
        UNION ALL SELECT id FROM machines WHERE serial_hash = ${parameter(serialHash)})))`,
    );
  }
  return { where: conditions.join(" AND "), values };
}
