import { html } from "../common/html/html.js";
import { page } from "../common/html/page.js";

export interface LoginPageOptions {
  readonly organization: string;
  /** Where to go after the login. */
  readonly next: string;
  /** What was typed before. */
  readonly username?: string;
  /** A sentence on why the last try did not work. */
  readonly problem?: string;
}

export function loginPage({ organization, next, username = "", problem }: LoginPageOptions): string {
  return page({
    title: "Log in",
    organization,
    body: html`<main>
      <form class="card login" method="post" action="/login">
        <h1>${organization}</h1>
        ${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
        <input type="hidden" name="next" value="${next}" />
        <label for="username">User name</label>
        <input
          id="username"
          name="username"
          value="${username}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          ${username === "" && html`autofocus`}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${username !== "" && html`autofocus`}
        />
        <button type="submit">Log in</button>
      </form>
    </main>`,
  });
}
