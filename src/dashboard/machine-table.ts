import { html, type Html } from "../common/html/html.js";
import { CRITICAL_PERCENT } from "../fleet/machines/summary-view.js";
import { HIGH_PERCENT } from "../fleet/store/fleet-store.js";
import { NO_FIGURE, percentText } from "./figure-text.js";
import type { Gauge, MachineRow } from "./machine-row.js";
import { statusBadge } from "./status-badge.js";

export function machineTable(rows: readonly MachineRow[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Machine</th>
        <th scope="col">Status</th>
        <th scope="col">CPU</th>
        <th scope="col">Memory</th>
        <th scope="col">Disk</th>
        <th scope="col">Last seen</th>
        <th scope="col">Uptime</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(tableRow)}
    </tbody>
  </table>`;
}

function tableRow(row: MachineRow): Html {
  return html`<tr>
    <td class="name">
      <bdi>${row.name}</bdi>
      ${row.name !== row.machineId && html`<bdi class="small">${row.machineId}</bdi>`}
      ${row.system !== undefined && html`<bdi class="small">${row.system}</bdi>`}
    </td>
    <td>${statusBadge(row.status)}</td>
    ${gaugeCell("CPU", row.cpu)} ${gaugeCell("Memory", row.memory)} ${gaugeCell("Disk", row.disk)}
    <td class="time" data-label="Seen">
      <time datetime="${row.lastSeenAt}" title="${row.lastSeenAt}">${row.lastSeen}</time>
    </td>
    <td class="time" data-label="Up">${row.uptime ?? NO_FIGURE}</td>
  </tr>`;
}

/** The bar is a picture of the number beside it, so only the number is read out. */
function gaugeCell(label: string, gauge: Gauge | undefined): Html {
  if (!gauge) return html`<td class="figure" data-label="${label}">${NO_FIGURE}</td>`;
  return html`<td class="figure" data-label="${label}">
    ${percentText(gauge.percent)}
    <svg class="gauge" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="5" />
      <rect class="${level(gauge.percent)}" width="${gauge.percent}" height="5" />
    </svg>
    ${gauge.detail !== undefined && html`<span class="small">${gauge.detail}</span>`}
  </td>`;
}

function level(percent: number): "fill" | "high" | "critical" {
  if (percent > CRITICAL_PERCENT) return "critical";
  return percent > HIGH_PERCENT ? "high" : "fill";
}
