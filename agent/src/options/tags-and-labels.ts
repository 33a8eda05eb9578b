// More than a person reads, and what the server searches at most.
const MOST = 50;
const LONGEST = 255;
const LABEL_NAME = /^[\p{L}\p{N}][\p{L}\p{N}_./-]{0,63}$/u;

/** A label may well be called "problem", hence the level in between. */
export type Checked<T> = { value: T } | { problem: string };

/** Words the operator finds the machine by, each once. */
export function readTags(texts: string[]): Checked<string[]> {
  const tags = [...new Set(texts)];
  if (tags.length > MOST) return { problem: `at most ${MOST} tags` };
  const wrong = tags.find((tag) => !isPlain(tag));
  return wrong === undefined
    ? { value: tags }
    : { problem: `a tag has 1 to ${LONGEST} characters without control characters` };
}

/** `role=db` and the like; the first equals sign divides. */
export function readLabels(texts: string[]): Checked<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    const [name, value] = [text.slice(0, Math.max(0, at)).trim(), text.slice(at + 1).trim()];
    if (at < 0) return { problem: "a label is written name=value" };
    if (!LABEL_NAME.test(name)) {
      return { problem: "a label's name has 1 to 64 letters, digits, - _ . or /, the first a letter or digit" };
    }
    if (!isPlain(value)) return { problem: `label ${name}: its value has 1 to ${LONGEST} plain characters` };
    if (labels.has(name)) return { problem: `label ${name} is given twice` };
    labels.set(name, value);
  }
  return labels.size > MOST ? { problem: `at most ${MOST} labels` } : { value: Object.fromEntries(labels) };
}

function isPlain(text: string): boolean {
  return text !== "" && text.length <= LONGEST && !/\p{Cc}/u.test(text);
}
