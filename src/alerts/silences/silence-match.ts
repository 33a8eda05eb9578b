import type { IncidentKind } from "../alert-kinds.js";

/** What an incident must be to be silenced: all members that are not null. */
export interface SilenceMatcher {
  readonly machine_id: string | null;
  readonly tag: string | null;
  readonly kind: IncidentKind | null;
}

interface Matched {
  readonly kind: IncidentKind;
  readonly subject: string;
  /** In small letters. */
  readonly tags: readonly string[];
}

/** A mass loss is many machines offline. */
function covers(silenced: IncidentKind | null, kind: IncidentKind): boolean {
  return silenced === null || silenced === kind || (silenced === "machine_offline" && kind === "mass_offline");
}

/** Tags compare without regard to upper and lower case, as a search does. */
export function isSilenced(matchers: readonly SilenceMatcher[], { kind, subject, tags }: Matched): boolean {
  return matchers.some(
    (matcher) =>
      covers(matcher.kind, kind) &&
      (matcher.machine_id === null || matcher.machine_id === subject) &&
      (matcher.tag === null || tags.includes(matcher.tag.toLowerCase())),
  );
}
