import type { SessionList, ShownSession } from "../auth/operator-sessions.js";
import { html, type Html } from "../common/html/html.js";
import { page } from "../common/html/page.js";
import { browserName } from "./browser-name.js";
import { NO_FIGURE, agoText } from "./figure-text.js";
import { pageHeader } from "./page-header.js";

export interface SessionsPageOptions {
  readonly organization: string;
  readonly username: string;
  readonly list: SessionList;
  /** Whether the list is of everybody's sessions. */
  readonly everybody: boolean;
  readonly nowMs: number;
}

/** Who is logged in from where, each with a button that ends it. */
export function sessionsPage({ organization, username, list, everybody, nowMs }: SessionsPageOptions): string {
  const { sessions, total, nextCursor } = list;
  return page({
    title: "Sessions",
    organization,
    body: html`${pageHeader({ organization, username, at: "/sessions" })}
      <main>
        <h1>${everybody ? "Sessions" : "Your sessions"}</h1>
        <p class="muted">
          ${total} ${total === 1 ? "session is" : "sessions are"} logged in, the newest first. Ending one logs it out on
          all nodes.
        </p>
        ${sessions.length > 0 && sessionTable(sessions, nowMs)}
        ${nextCursor !== null && html`<p><a href="/sessions?cursor=${encodeURIComponent(nextCursor)}">Older sessions</a></p>`}
      </main>`,
  });
}

function sessionTable(sessions: readonly ShownSession[], nowMs: number): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">User</th>
        <th scope="col">Address</th>
        <th scope="col">Client</th>
        <th scope="col">Logged in</th>
        <th scope="col">Last used</th>
        <th scope="col"><span class="unseen">Action</span></th>
      </tr>
    </thead>
    <tbody>
      ${sessions.map((session) => row(session, nowMs))}
    </tbody>
  </table>`;
}

function row(session: ShownSession, nowMs: number): Html {
  const { id, username, address, userAgent, startedAtMs, lastUsedAtMs, current } = session;
  return html`<tr>
    <td class="name"><bdi>${username}</bdi>${current && html`<span class="small">this session</span>`}</td>
    <td class="wide address" data-label="From"><bdi>${address ?? NO_FIGURE}</bdi></td>
    <td class="wide" data-label="Client">
      ${userAgent === null ? NO_FIGURE : html`<bdi title="${userAgent}">${browserName(userAgent)}</bdi>`}
    </td>
    <td class="time" data-label="Since">${timeText(startedAtMs, nowMs)}</td>
    <td class="time" data-label="Used">${timeText(lastUsedAtMs, nowMs)}</td>
    <td class="action">
      ${
        !current &&
        html`<form method="post" action="/sessions/revoke">
          <input type="hidden" name="id" value="${id}" />
          <button type="submit" aria-label="End the session of ${username} from ${address ?? "an unknown address"}">
            End
          </button>
        </form>`
      }
    </td>
  </tr>`;
}

function timeText(timeMs: number, nowMs: number): Html {
  const iso = new Date(timeMs).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${agoText(nowMs - timeMs)}</time>`;
}
