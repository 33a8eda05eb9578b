const MAX_SHOWN = 128;

/**
 * A user name that anybody may have typed, fit for one line of a log: quoted, bounded, and without what could break the
 * line, colour it or turn its direction.
 */
export function loggableName(username: string): string {
  const bounded = username.slice(0, MAX_SHOWN).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return JSON.stringify(bounded);
}
