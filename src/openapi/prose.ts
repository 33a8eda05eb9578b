import { html, type Html } from "./html.js";

/** A description for a page; what stands between backticks is code, as in CommonMark, which OpenAPI speaks. */
export function prose(text = ""): Html {
  const parts = text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
  return html`${parts}`;
}
