import { assetUrl } from "./assets.js";
import { html, type Html } from "./html.js";

export interface PageOptions {
  readonly title: string;
  /** Whose fleet this is. */
  readonly organization: string;
  /** The browser loads the page again after this time. */
  readonly refreshSeconds?: number;
  readonly body: Html;
}

/** A whole HTML document, ready to send. No inline style or script: the content security policy allows none. */
export function page({ title, organization, refreshSeconds, body }: PageOptions): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title} · ${organization}</title>
        <link rel="stylesheet" href="${assetUrl("style.css")}" />
        <link rel="icon" type="image/svg+xml" href="${assetUrl("icon.svg")}" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.toString();
}
