/** Replaces each text wherever it stands. Throws when one is not there: then a test would run another file than it says. */
export function substitute(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`"${from}" does not stand in the file that is to be changed`);
    return result.replaceAll(from, to);
  }, text);
}
