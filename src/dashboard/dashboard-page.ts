import { html, type Html } from "../common/html/html.js";
import { page } from "../common/html/page.js";
import { type MachineStatus, type StatusCounts, machineStatuses } from "../fleet/machines/machine-status.js";
import type { Machine } from "../fleet/machines/machine-answer.js";
import { machineRow } from "./machine-row.js";
import { machineTable } from "./machine-table.js";
import { pageHeader } from "./page-header.js";
import { statusBadge } from "./status-badge.js";

const REFRESH_SECONDS = 5;

export interface DashboardOptions {
  readonly organization: string;
  readonly username: string;
  /** The machines of this page. */
  readonly machines: readonly Machine[];
  /** Of the whole fleet. */
  readonly counts: StatusCounts;
  /** Opens the next page of machines; null after the last. */
  readonly nextCursor: string | null;
  readonly nowMs: number;
  /** How this server was reached, as `https://host`. */
  readonly origin: string;
}

/** The fleet at a glance: how many machines are well, and each with its figures. Loads itself again. */
export function dashboardPage(options: DashboardOptions): string {
  const { organization, username, machines, counts, nextCursor, nowMs, origin } = options;
  const total = counts.online + counts.warning + counts.offline;
  return page({
    title: "Machines",
    organization,
    refreshSeconds: REFRESH_SECONDS,
    body: html`${pageHeader({ organization, username, at: "/dashboard" })}
      <main>
        <h1>Machines</h1>
        ${total === 0 ? firstSteps(origin) : fleet(machines, counts, nowMs)}
        ${
          nextCursor !== null &&
          html`<p><a href="/dashboard?cursor=${encodeURIComponent(nextCursor)}">Next machines of ${total}</a></p>`
        }
      </main>`,
  });
}

function fleet(machines: readonly Machine[], counts: StatusCounts, nowMs: number): Html {
  const count = (status: MachineStatus) =>
    html`<li>${statusBadge(status, html`<b>${counts[status]}</b> ${status}`)}</li>`;
  return html`<ul class="counts">
      ${machineStatuses.map(count)}
    </ul>
    ${machineTable(machines.map((machine) => machineRow(machine, nowMs)))}`;
}

/** No key is shown: whoever may look at the fleet may not therefore report to it. */
function firstSteps(origin: string): Html {
  return html`<section class="card">
    <p>No machine has reported yet. To add one, run the agent on it:</p>
    <pre><code>fleet-agent --server ${origin} --api-key-file FILE</code></pre>
    <p class="muted">
      <code>FILE</code> is a file that holds the server's API key, which is <code>server.api_key</code> in its
      configuration. The machine appears here a few seconds later.
    </p>
  </section>`;
}
