import { html, type Html } from "../common/html/html.js";
import type { MachineStatus } from "../fleet/machines/machine-status.js";

/** Told apart by shape as well, for those who cannot by colour. */
const shapes: Readonly<Record<MachineStatus, Html>> = {
  online: html`<circle cx="6" cy="6" r="5" />`,
  warning: html`<path d="M6 .5 12 11.5H0z" />`,
  offline: html`<path d="M1 1h10v10H1z" />`,
};

/** A machine's status as a coloured shape and a word, or other words with the status's colour. */
export function statusBadge(status: MachineStatus, words: Html | string = status): Html {
  return html`<span class="status ${status}"
    ><svg viewBox="0 0 12 12" aria-hidden="true">${shapes[status]}</svg>${words}</span
  >`;
}
