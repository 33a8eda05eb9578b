/**
 * The procedure that commits a batch of reports, report by report as SqliteReportWriter does. Its arrays have one place
 * per report. `documents` holds the UTF-8 of all documents one behind the other, of each report the info and then the
 * metrics, with their lengths in bytes in `info_bytes` and `metrics_bytes`; null where there is none. Never change it
 * once released: nodes of two versions run side by side, so a change is a new procedure under a new name.
 *
 * Why a procedure: who looks at a machine's rows must hold its lock first, and a single statement sees everything as of
 * its own beginning, before it had the lock. Why it commits by itself: the locks then end with the work, whether or not
 * the client ever sends the rest of its message.
 */
export const CREATE_COMMIT_REPORTS = `CREATE PROCEDURE fleet_commit_reports(
  ids text[], arrivals bigint[], sample_times bigint[], repeat_hashes text[], envelopes boolean[],
  info_bytes integer[], info_hashes text[], hostnames text[], hostname_hashes text[], serial_hashes text[],
  metrics_bytes integer[], documents bytea, cpu double precision[], memory double precision[], disk double precision[],
  load double precision[], sent double precision[], received double precision[], running double precision[],
  detail_interval bigint, repeat_window bigint
) LANGUAGE plpgsql AS $procedure$
DECLARE
  known record;
  recent record;
  locked integer;
  at bigint;
  seen bigint;
  slot bigint;
  info_from integer;
  metrics_from integer;
  next_from integer := 1;
  document text;
  new_metrics boolean;
  new_info boolean;
BEGIN
  -- A session keeps its plans: none of them may be one that reads whole tables because they were empty on its first day.
  PERFORM set_config(name, value, true) FROM (VALUES
    ('enable_seqscan', 'off'), ('plan_cache_mode', 'force_generic_plan'), ('jit', 'off')) AS settings (name, value);

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

  SELECT count(*) INTO locked FROM (
    SELECT FROM machines m WHERE m.machine_id = ANY (ids) ORDER BY m.machine_id FOR NO KEY UPDATE) AS rows;
  IF locked < (SELECT count(DISTINCT r.machine_id) FROM unnest(ids) AS r (machine_id)) THEN
    RAISE EXCEPTION 'a machine was removed meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;

  FOR i IN 1 .. cardinality(ids) LOOP
    info_from := next_from;
    metrics_from := info_from + coalesce(info_bytes[i], 0);
    next_from := metrics_from + coalesce(metrics_bytes[i], 0);

    SELECT m.id, m.info_at, m.info_hash, m.metrics_at INTO STRICT known
    FROM machines m WHERE m.machine_id = ids[i];

    at := sample_times[i];
    IF repeat_hashes[i] IS NULL THEN
      INSERT INTO samples VALUES
        (known.id, at, cpu[i], memory[i], disk[i], load[i], sent[i], received[i], running[i]) ON CONFLICT DO NOTHING;
      CONTINUE WHEN NOT FOUND;
    ELSE
      SELECT d.recent_hashes AS hashes, d.recent_arrivals AS arrivals INTO STRICT recent
      FROM machine_documents d WHERE d.machine = known.id;
      CONTINUE WHEN EXISTS (
        SELECT FROM unnest(recent.hashes, recent.arrivals) AS r (hash, arrived_at)
        WHERE r.hash = repeat_hashes[i] AND abs(r.arrived_at - arrivals[i]) <= repeat_window);
      UPDATE machine_documents d SET
        recent_hashes = (repeat_hashes[i] || recent.hashes)[1:4],
        recent_arrivals = (arrivals[i] || recent.arrivals)[1:4]
      WHERE d.machine = known.id;
      -- Two different reports may arrive in the same millisecond.
      WHILE metrics_bytes[i] IS NOT NULL LOOP
        INSERT INTO samples VALUES
          (known.id, at, cpu[i], memory[i], disk[i], load[i], sent[i], received[i], running[i]) ON CONFLICT DO NOTHING;
        EXIT WHEN FOUND;
        at := at + 1;
      END LOOP;
    END IF;

    -- What is newest is decided by the earlier of the agent's clock and ours, so that an agent whose clock runs ahead
    -- cannot pin its figures, nor a report that was stored late turn them back.
    seen := least(at, arrivals[i]);
    new_metrics := metrics_bytes[i] IS NOT NULL AND seen > known.metrics_at;
    new_info := info_hashes[i] IS NOT NULL AND seen > known.info_at;
    UPDATE machines m SET
      last_seen = greatest(m.last_seen, arrivals[i]),
      encrypted = CASE WHEN arrivals[i] >= m.last_seen THEN envelopes[i] ELSE m.encrypted END,
      info_at = CASE WHEN new_info THEN seen ELSE m.info_at END,
      metrics_at = CASE WHEN new_metrics THEN seen ELSE m.metrics_at END,
      cpu_percent = CASE WHEN new_metrics THEN cpu[i] ELSE m.cpu_percent END,
      memory_percent = CASE WHEN new_metrics THEN memory[i] ELSE m.memory_percent END,
      disk_percent = CASE WHEN new_metrics THEN disk[i] ELSE m.disk_percent END
    WHERE m.id = known.id;

    IF new_info AND info_hashes[i] IS DISTINCT FROM known.info_hash THEN
      IF info_bytes[i] IS NULL THEN
        RAISE EXCEPTION 'the info was left out, and is not what is stored' USING ERRCODE = 'FL001', DETAIL = ids[i];
      END IF;
      UPDATE machines m SET info_hash = info_hashes[i], hostname = hostnames[i], hostname_hash = hostname_hashes[i],
        serial_hash = serial_hashes[i] WHERE m.id = known.id;
      document := convert_from(substr(documents, info_from, info_bytes[i]), 'UTF8');
      UPDATE machine_documents d SET info = document WHERE d.machine = known.id;
    END IF;
    CONTINUE WHEN metrics_bytes[i] IS NULL;
    document := convert_from(substr(documents, metrics_from, metrics_bytes[i]), 'UTF8');
    IF new_metrics THEN
      UPDATE machine_documents d SET metrics = document WHERE d.machine = known.id;
    END IF;
    slot := CASE WHEN detail_interval > 0 THEN at / detail_interval * detail_interval ELSE at END;
    INSERT INTO sample_details (machine, ts, metrics) SELECT known.id, at, document WHERE NOT EXISTS (
      SELECT FROM sample_details d
      WHERE d.machine = known.id AND d.ts >= slot AND d.ts < slot + greatest(detail_interval, 1));
  END LOOP;
  COMMIT;
END
$procedure$`;
