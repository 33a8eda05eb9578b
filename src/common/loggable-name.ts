const MAX_SHOWN = 128;

/** Text from outside, bounded and without what could break a line of a log, colour it or turn its direction. */
export function plainText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

/** A user name that anybody may have typed, fit for one line of a log: `plainText`, quoted. */
export function loggableName(username: string): string {
  return JSON.stringify(plainText(username, MAX_SHOWN));
}
