import { plainText } from "../../common/loggable-name.js";

/** A sentence that may hold an agent's own words, on one line and with an end. */
export function bounded(text: string, maxLength: number): string {
  return text.length > maxLength ? `${plainText(text, maxLength - 3)}...` : plainText(text, maxLength);
}
