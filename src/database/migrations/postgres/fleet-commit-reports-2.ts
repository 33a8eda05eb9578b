/**
 * The procedure that commits a batch of reports with one statement per table. Its arrays have one place per report.
 * `documents` holds the UTF-8 of all documents one behind the other, of each report the info, the metrics, and the metrics
 * in the form that history keeps, with their lengths in bytes in `info_bytes`, `metrics_bytes` and `whole_bytes`; null
 * where there is none. Never change it once released: nodes of two versions run side by side, so a change is a new
 * procedure under a new name.
 *
 * Why a procedure, and why it commits by itself, is told in docs/decisions/0013-reports-on-postgresql.md.
 */
export const CREATE_COMMIT_REPORTS_2 = `CREATE PROCEDURE fleet_commit_reports_2(
  ids text[], arrivals bigint[], sample_times bigint[], repeat_hashes text[], envelopes boolean[],
  info_bytes integer[], info_hashes text[], hostnames text[], hostname_hashes text[], serial_hashes text[],
  search_texts text[], word_hashes text[], identities text[],
  metrics_bytes integer[], whole_bytes integer[], documents bytea, cpu double precision[], memory double precision[], disk double precision[],
  load double precision[], sent double precision[], received double precision[], running double precision[],
  detail_interval bigint, repeat_window bigint
) LANGUAGE plpgsql AS $procedure$
DECLARE
  detail_ms CONSTANT bigint := greatest(detail_interval, 1);
  -- Of each report: its machine, what the machine had before the batch, and whether the report is no repeat.
  machine_of integer[];
  metrics_at_of bigint[];
  detail_at_of bigint[];
  fresh boolean[];
  changed integer[];
  known record;
  recent record;
  given record;
  at bigint;
  document text;
BEGIN
  -- A session keeps its plans: none of them may be one that reads whole tables because they were empty on its first day.
  PERFORM set_config(name, value, true) FROM (VALUES
    ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'),
    ('plan_cache_mode', 'force_generic_plan'), ('jit', 'off')) AS settings (name, value);

  -- First of all, because whoever drops a partition locks these and must not do so after we looked.
  LOCK TABLE ONLY history_samples, ONLY history_details IN ROW EXCLUSIVE MODE;
  PERFORM fleet_make_history_day(days.day)
  FROM (SELECT DISTINCT (r.at / 86400000)::integer AS day FROM unnest(sample_times) AS r (at)) AS days;

  -- Always by id, so that two batches never wait for each other. Not by ON CONFLICT alone, which would use up a number
  -- of the identity for every report.
  WITH created AS (
    INSERT INTO machines (machine_id, encrypted, first_seen, last_seen, info_at, metrics_at)
    SELECT DISTINCT ON (r.machine_id COLLATE "C") r.machine_id, false, r.arrived_at, 0, 0, 0
    FROM unnest(ids, arrivals) WITH ORDINALITY AS r (machine_id, arrived_at, place)
    WHERE (SELECT m.id FROM machines m WHERE m.machine_id = r.machine_id) IS NULL
    ORDER BY r.machine_id COLLATE "C", r.place
    ON CONFLICT DO NOTHING RETURNING id
  )
  INSERT INTO machine_documents (machine) SELECT id FROM created;

  PERFORM FROM machines m WHERE m.machine_id = ANY (ids) ORDER BY m.machine_id FOR NO KEY UPDATE;

  -- A statement of its own: it sees what was committed while the one before waited for its locks.
  SELECT array_agg(found.id), array_agg(found.metrics_at), array_agg(found.detail_at),
    array_agg(DISTINCT found.id) FILTER (WHERE found.differs)
  INTO machine_of, metrics_at_of, detail_at_of, changed
  FROM (
    SELECT m.id, m.metrics_at, m.detail_at, r.info_hash IS NOT NULL AND (r.info_hash IS DISTINCT FROM m.info_hash
      OR r.search_text IS DISTINCT FROM m.search_text OR r.word_hashes IS DISTINCT FROM m.search_hashes) AS differs
    FROM unnest(ids, info_hashes, search_texts, word_hashes) WITH ORDINALITY
      AS r (machine_id, info_hash, search_text, word_hashes, place)
    JOIN machines m ON m.machine_id = r.machine_id
    ORDER BY r.place
  ) AS found;
  IF coalesce(cardinality(machine_of), 0) < cardinality(ids) THEN
    RAISE EXCEPTION 'a machine was removed meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;

  -- The only join that finds no row by a key: of the batch with what was added of it.
  PERFORM set_config('enable_hashjoin', 'on', true);
  WITH report AS MATERIALIZED (
    SELECT r.*, r.repeat_hash IS NULL AND 1 = row_number() OVER (
      PARTITION BY r.machine, r.at, r.repeat_hash IS NULL ORDER BY r.place) AS first
    FROM unnest(machine_of, sample_times, repeat_hashes, cpu, memory, disk, load, sent, received, running)
      WITH ORDINALITY AS r (machine, at, repeat_hash, cpu, memory, disk, load, sent, received, running, place)
  ), added AS (
    INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent,
      bytes_received, processes)
    SELECT r.at / 300000, r.machine, r.at, r.cpu, r.memory, r.disk, r.load, r.sent, r.received, r.running
    FROM report r WHERE r.first ORDER BY r.machine, r.at
    ON CONFLICT DO NOTHING RETURNING machine, ts
  )
  SELECT array_agg(ordered.is_fresh) INTO fresh FROM (
    SELECT r.first AND a.ts IS NOT NULL AS is_fresh
    FROM report r LEFT JOIN added a ON a.machine = r.machine AND a.ts = r.at ORDER BY r.place
  ) AS ordered;
  PERFORM set_config('enable_hashjoin', 'off', true);

  -- The few reports without a time of their own, one by one: each changes what the next is compared with.
  FOR given IN
    SELECT r.place, r.machine, r.repeat_hash, r.arrived_at FROM unnest(machine_of, repeat_hashes, arrivals)
      WITH ORDINALITY AS r (machine, repeat_hash, arrived_at, place) WHERE r.repeat_hash IS NOT NULL ORDER BY r.place
  LOOP
    SELECT d.recent_hashes AS hashes, d.recent_arrivals AS arrivals INTO STRICT recent
    FROM machine_documents d WHERE d.machine = given.machine;
    CONTINUE WHEN EXISTS (
      SELECT FROM unnest(recent.hashes, recent.arrivals) AS r (hash, arrived_at)
      WHERE r.hash = given.repeat_hash AND abs(r.arrived_at - given.arrived_at) <= repeat_window);
    UPDATE machine_documents d SET
      recent_hashes = (given.repeat_hash || recent.hashes)[1:4],
      recent_arrivals = (given.arrived_at || recent.arrivals)[1:4]
    WHERE d.machine = given.machine;
    fresh[given.place] := true;
    at := sample_times[given.place];
    -- Two different reports may arrive in the same millisecond.
    WHILE metrics_bytes[given.place] IS NOT NULL LOOP
      INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent,
        bytes_received, processes)
      VALUES (at / 300000, given.machine, at, cpu[given.place], memory[given.place], disk[given.place],
        load[given.place], sent[given.place], received[given.place], running[given.place]) ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
      at := at + 1;
      PERFORM fleet_make_history_day((at / 86400000)::integer);
    END LOOP;
    sample_times[given.place] := at;
  END LOOP;

  -- The few machines that say something else about themselves, report by report: who takes turns under one id is known
  -- by the order. An older report changes nothing.
  FOR given IN
    SELECT r.* FROM (
      SELECT u.*, least(u.at, u.arrived_at) AS seen, (1 + coalesce(
        sum(coalesce(u.info_bytes, 0) + coalesce(u.metrics_bytes, 0) + coalesce(u.whole_bytes, 0))
        OVER (ORDER BY u.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::integer AS info_from
      FROM unnest(machine_of, arrivals, sample_times, fresh, info_bytes, info_hashes, metrics_bytes, whole_bytes)
        WITH ORDINALITY
        AS u (machine, arrived_at, at, fresh, info_bytes, info_hash, metrics_bytes, whole_bytes, place)
      WHERE changed IS NOT NULL
    ) AS r
    WHERE r.fresh AND r.info_hash IS NOT NULL AND r.machine = ANY (changed) ORDER BY r.place
  LOOP
    SELECT m.info_at, m.info_hash, m.identity, m.former_identity INTO STRICT known
    FROM machines m WHERE m.id = given.machine;
    CONTINUE WHEN given.seen <= known.info_at;
    IF given.info_hash IS DISTINCT FROM known.info_hash THEN
      IF given.info_bytes IS NULL THEN
        RAISE EXCEPTION 'the info was left out, and is not what is stored'
          USING ERRCODE = 'FL001', DETAIL = ids[given.place];
      END IF;
      document := convert_from(substr(documents, given.info_from, given.info_bytes), 'UTF8');
      UPDATE machine_documents d SET info = document WHERE d.machine = given.machine;
    END IF;
    UPDATE machines m SET info_at = given.seen, info_hash = given.info_hash, hostname = hostnames[given.place],
      hostname_hash = hostname_hashes[given.place], serial_hash = serial_hashes[given.place],
      search_text = search_texts[given.place], search_hashes = word_hashes[given.place]
    WHERE m.id = given.machine;
    -- One that was here before and comes back: two machines use this id in turns.
    UPDATE machines m SET identity = identities[given.place], former_identity = known.identity,
      conflict_at = CASE WHEN identities[given.place] = known.former_identity THEN arrivals[given.place]
        ELSE m.conflict_at END
    WHERE m.id = given.machine AND identities[given.place] <> coalesce(known.identity, '');
  END LOOP;

  WITH report AS (
    -- What is newest is decided by the earlier of the agent's clock and ours, so that an agent whose clock runs ahead
    -- cannot pin its figures, nor a report that was stored late turn them back.
    SELECT r.*, least(r.at, r.arrived_at) AS seen, r.at / detail_ms AS detail_slot,
      (1 + sum(coalesce(r.info_bytes, 0) + coalesce(r.metrics_bytes, 0) + coalesce(r.whole_bytes, 0)) OVER (ORDER BY r.place)
        - coalesce(r.metrics_bytes, 0) - coalesce(r.whole_bytes, 0))::integer AS metrics_from
    FROM unnest(machine_of, metrics_at_of, detail_at_of, arrivals, sample_times, repeat_hashes, fresh, envelopes,
        info_bytes, info_hashes, metrics_bytes, whole_bytes, cpu, memory, disk) WITH ORDINALITY
      AS r (machine, metrics_at, detail_at, arrived_at, at, repeat_hash, fresh, envelope,
        info_bytes, info_hash, metrics_bytes, whole_bytes, cpu, memory, disk, place)
  ), ranked AS MATERIALIZED (
    SELECT r.*,
      row_number() OVER (PARTITION BY r.machine ORDER BY r.arrived_at DESC, r.place DESC) AS arrival_rank,
      row_number() OVER (PARTITION BY r.machine ORDER BY r.metrics_bytes IS NULL, r.seen DESC, r.place) AS metrics_rank
    FROM report r WHERE r.fresh
  ), documented AS (
    UPDATE machine_documents d
    SET metrics = convert_from(substr(documents, r.metrics_from, r.metrics_bytes), 'UTF8')
    FROM ranked r
    WHERE r.metrics_rank = 1 AND r.metrics_bytes IS NOT NULL AND r.seen > r.metrics_at AND d.machine = r.machine
  ), detailed AS (
    INSERT INTO history_details (slot, machine, ts, metrics)
    SELECT DISTINCT ON (r.machine, r.detail_slot)
      r.at / 300000, r.machine, r.at, convert_from(CASE WHEN r.whole_bytes IS NULL
        THEN substr(documents, r.metrics_from, r.metrics_bytes)
        ELSE substr(documents, r.metrics_from + r.metrics_bytes, r.whole_bytes) END, 'UTF8')
    FROM ranked r WHERE r.metrics_bytes IS NOT NULL AND r.detail_slot > r.detail_at / detail_ms
    ORDER BY r.machine, r.detail_slot, r.place
    ON CONFLICT DO NOTHING
  ), noted AS (
    -- By the clock of this very moment, not by arrival: a node may have been frozen in between.
    INSERT INTO history_late (slot, machine)
    SELECT DISTINCT r.at / 300000, r.machine FROM ranked r
    WHERE (r.metrics_bytes IS NOT NULL OR r.repeat_hash IS NULL)
      AND (r.at / 300000 + 1) * 300000 + 30000 < extract(epoch FROM clock_timestamp()) * 1000
  )
  UPDATE machines m SET
    last_seen = greatest(m.last_seen, r.arrived_at),
    encrypted = CASE WHEN r.arrived_at >= m.last_seen THEN r.envelope ELSE m.encrypted END,
    info_at = greatest(m.info_at, r.info_seen),
    metrics_at = greatest(m.metrics_at, r.metrics_seen),
    detail_at = greatest(m.detail_at, r.sampled_at),
    cpu_percent = CASE WHEN r.metrics_seen > m.metrics_at THEN r.cpu ELSE m.cpu_percent END,
    memory_percent = CASE WHEN r.metrics_seen > m.metrics_at THEN r.memory ELSE m.memory_percent END,
    disk_percent = CASE WHEN r.metrics_seen > m.metrics_at THEN r.disk ELSE m.disk_percent END
  FROM (
    SELECT a.machine, max(a.arrived_at) AS arrived_at, bool_or(a.envelope) FILTER (WHERE a.arrival_rank = 1) AS envelope,
      max(a.seen) FILTER (WHERE a.info_hash IS NOT NULL) AS info_seen,
      max(a.seen) FILTER (WHERE a.metrics_bytes IS NOT NULL) AS metrics_seen,
      max(a.at) FILTER (WHERE a.metrics_bytes IS NOT NULL) AS sampled_at,
      max(a.cpu) FILTER (WHERE a.metrics_rank = 1) AS cpu,
      max(a.memory) FILTER (WHERE a.metrics_rank = 1) AS memory,
      max(a.disk) FILTER (WHERE a.metrics_rank = 1) AS disk
    FROM ranked a GROUP BY a.machine
  ) AS r
  WHERE m.id = r.machine;

  -- Whole samples older than the newest one that is kept: whether their time has one already must be looked up. Planned
  -- anew each time, so that only the partitions of these days are opened.
  IF EXISTS (
    SELECT FROM unnest(fresh, sample_times, detail_at_of, metrics_bytes) AS r (fresh, at, detail_at, metrics_bytes)
    WHERE r.fresh AND r.metrics_bytes IS NOT NULL AND r.at / detail_ms < r.detail_at / detail_ms
  ) THEN
    EXECUTE $statement$
      INSERT INTO history_details (slot, machine, ts, metrics)
      SELECT DISTINCT ON (r.machine, r.at / $1)
        r.at / 300000, r.machine, r.at, convert_from(CASE WHEN r.whole_bytes IS NULL
          THEN substr($2, r.metrics_from, r.metrics_bytes)
          ELSE substr($2, r.metrics_from + r.metrics_bytes, r.whole_bytes) END, 'UTF8')
      FROM (
        SELECT u.*, (1 + sum(coalesce(u.info_bytes, 0) + coalesce(u.metrics_bytes, 0) + coalesce(u.whole_bytes, 0))
            OVER (ORDER BY u.place)
          - coalesce(u.metrics_bytes, 0) - coalesce(u.whole_bytes, 0))::integer AS metrics_from
        FROM unnest($3, $4, $5, $6, $7, $8, $11) WITH ORDINALITY
          AS u (machine, detail_at, at, fresh, info_bytes, metrics_bytes, whole_bytes, place)
      ) AS r
      WHERE r.fresh AND r.metrics_bytes IS NOT NULL AND r.at / $1 < r.detail_at / $1 AND NOT EXISTS (
        SELECT FROM generate_series(r.at / $1 * $1 / 300000, ((r.at / $1 + 1) * $1 - 1) / 300000) AS slots (slot)
        CROSS JOIN LATERAL (
          SELECT FROM history_details d
          WHERE d.slot = slots.slot::integer AND d.machine = r.machine AND d.ts / $1 = r.at / $1
            AND d.ts >= $9 AND d.ts <= $10 OFFSET 0
        ) AS kept)
      ORDER BY r.machine, r.at / $1, r.place
      ON CONFLICT DO NOTHING
    $statement$ USING detail_ms, documents, machine_of, detail_at_of, sample_times, fresh, info_bytes, metrics_bytes,
      (SELECT min(r.at) FROM unnest(sample_times) AS r (at)) / detail_ms * detail_ms,
      (SELECT max(r.at) FROM unnest(sample_times) AS r (at)) / detail_ms * detail_ms + detail_ms - 1, whole_bytes;
  END IF;
  COMMIT;
END
$procedure$`;
