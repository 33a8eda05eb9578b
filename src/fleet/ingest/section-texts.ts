/** The JSON of a report's sections, as far as it is known. */
export interface SectionTexts {
  readonly machine_info?: string;
  readonly metrics?: string;
}

const NAMES = ['"machine_id"', '"machine_info"', '"metrics"'];
const ANY_NAME = /"m(?:achine_i(?:d|nfo)|etrics)"/g;

/**
 * The sections of a report as the agent wrote them, which spares writing them anew; none where it is not as plain to see as
 * agents make it where they begin and end. `report` is what `json` was parsed to.
 *
 * A name that stands there once, while nothing is escaped that could be another way to write it, is the report's own; what
 * lies between its colon and the next such name, or the end, is its value.
 */
export function sectionTexts(report: object, json: string): SectionTexts {
  const texts: { machine_info?: string; metrics?: string } = {};
  // Blanks between values would take space wherever the text is kept.
  if (json.includes(' "') || json.includes("\\u") || !json.endsWith("}")) return texts;
  const names = Object.keys(report).map((name) => `"${name}"`);
  const found = Array.from(json.matchAll(ANY_NAME));
  const known = found.length === names.length && names.every((name) => NAMES.includes(name));
  if (!known || !names.every((name) => found.some(([each]) => each === name))) return texts;
  for (const [place, { 0: name, index }] of found.entries()) {
    const end = found[place + 1]?.index ?? json.length;
    const text = json.slice(index + name.length + 1, end - 1);
    if (!text.startsWith("{") || !text.endsWith("}")) continue;
    if (name === '"metrics"') texts.metrics = text;
    if (name === '"machine_info"') texts.machine_info = text;
  }
  return texts;
}
