import { html, type Html } from "../common/html/html.js";

const pages = [
  { path: "/dashboard", name: "Machines" },
  { path: "/sessions", name: "Sessions" },
] as const;

export interface PageHeaderOptions {
  readonly organization: string;
  readonly username: string;
  /** The page that is shown. */
  readonly at: (typeof pages)[number]["path"];
}

/** What stands above every page: whose fleet it is, the way to the other pages, and out. */
export function pageHeader({ organization, username, at }: PageHeaderOptions): Html {
  return html`<header class="bar">
    <strong>${organization}</strong>
    <nav aria-label="Pages">
      ${pages.map(({ path, name }) => html`<a href="${path}" ${path === at && html`aria-current="page"`}>${name}</a> `)}
    </nav>
    <form method="post" action="/logout">
      <span class="muted">${username}</span>
      <button type="submit">Log out</button>
    </form>
  </header>`;
}
