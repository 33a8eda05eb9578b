import pg from "pg";
import { fernetSealer } from "./fernet.mjs";
import { detailChooser } from "./report-row.mjs";

/** New machines, of which a run has few; their ids are remembered. */
const CREATE = `WITH made AS (
    INSERT INTO machines (machine_id, encrypted, first_seen, last_seen, info_at, metrics_at)
    SELECT DISTINCT name, true, 0, 0, 0, 0 FROM unnest($1::text[]) AS given (name)
    ON CONFLICT (machine_id) DO UPDATE SET encrypted = true RETURNING id, machine_id
  ), documents AS (
    INSERT INTO machine_documents (machine) SELECT id FROM made ON CONFLICT DO NOTHING
  ) SELECT id, machine_id FROM made`;

/** Everything else in one round trip, which is its own transaction: one statement for each table. */
const COMMIT = {
  name: "commit",
  text: `WITH r AS MATERIALIZED (
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[],
      $7::real[], $8::real[], $9::real[], $10::real[], $11::float8[], $12::float8[], $13::float8[])
    AS r (machine, at, arrived_at, info, metrics, whole, cpu, memory, disk, load, sent, received, processes)
  ), documents AS (
    UPDATE machine_documents d SET info = r.info, metrics = r.metrics FROM r WHERE d.machine = r.machine
  ), samples AS (
    INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent,
      bytes_received, processes)
    SELECT at / 300000, machine, at, cpu, memory, disk, load, sent, received, processes FROM r ON CONFLICT DO NOTHING
  ), details AS (
    INSERT INTO history_details (slot, machine, ts, metrics)
    SELECT at / 300000, machine, at, metrics FROM r WHERE whole ON CONFLICT DO NOTHING
  )
  UPDATE machines m SET last_seen = r.arrived_at, info_at = r.at, metrics_at = r.at, cpu_percent = r.cpu,
    memory_percent = r.memory, disk_percent = r.disk FROM r WHERE m.id = r.machine`,
};

/**
 * Seals and commits batches over one connection with synchronous_commit=on.
 *
 * @param {{ url: string, key: string, detailMs: number }} options
 * @returns {Promise<(rows: import("./report-row.mjs").ReportRow[]) => Promise<void>>}
 */
export async function commitToPostgres({ url, key, detailMs }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // The plan of a full table, however few machines there are at first.
  await client.query("SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off");
  const seal = fernetSealer(key);
  const keepWhole = detailChooser(detailMs);
  /** @type {Map<string, number>} */
  const ids = new Map();
  return async (rows) => {
    const unknown = rows.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
    if (unknown.length > 0) {
      for (const { id, machine_id } of (await client.query(CREATE, [unknown])).rows) ids.set(machine_id, id);
    }
    // Neither numbers nor tokens have anything to quote, so the arrays are joined without a look at each character.
    const array = (/** @type {(row: import("./report-row.mjs").ReportRow) => unknown} */ value) =>
      `{${rows.map(value).join(",")}}`;
    const figure = (/** @type {number} */ place) => array(({ figures }) => figures[place] ?? "NULL");
    await client.query(COMMIT, [
      array(({ id }) => ids.get(id)),
      array(({ at }) => at),
      array(({ arrivedAt }) => arrivedAt),
      array(({ info }) => seal(info)),
      array(({ metrics }) => seal(metrics)),
      array(keepWhole),
      ...[0, 1, 2, 3, 4, 5, 6].map(figure),
    ]);
  };
}
