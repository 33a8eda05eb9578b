/** What one report becomes. @typedef {ReturnType<typeof reportRow>} ReportRow */

/**
 * The columns of a report, unchecked.
 *
 * @param {any} report
 */
export function reportRow({ machine_id, machine_info, metrics }) {
  return {
    id: String(machine_id),
    at: Date.parse(metrics.timestamp),
    arrivedAt: Date.now(),
    info: JSON.stringify(machine_info),
    metrics: JSON.stringify(metrics),
    figures: [
      metrics.cpu.percent,
      metrics.memory.percent,
      metrics.disk.percent,
      metrics.cpu.load_avg[0],
      metrics.network.bytes_sent,
      metrics.network.bytes_recv,
      metrics.processes.total,
    ],
  };
}

/**
 * Whether a report is the first of its machine and detail interval, which is kept whole.
 *
 * @param {number} intervalMs
 */
export function detailChooser(intervalMs) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (/** @type {ReportRow} */ { id, at }) => {
    const slot = Math.floor(at / intervalMs);
    if (slot <= (last.get(id) ?? 0)) return false;
    last.set(id, slot);
    return true;
  };
}
