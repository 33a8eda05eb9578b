import type { FleetEvent } from "../api/types.ts";

/** Who may have to act: nobody, somebody soon, somebody now. */
export type EventTone = "plain" | "good" | "warning" | "bad";

interface EventWords {
  readonly words: string;
  readonly tone: EventTone;
}

/** What happened, as what follows the subject's name in a sentence. */
const known: Readonly<Record<string, EventWords>> = {
  "node.joined": { words: "joined the cluster", tone: "good" },
  "node.draining": { words: "is draining before it stops", tone: "plain" },
  "node.left": { words: "left the cluster", tone: "plain" },
  "node.inactive": { words: "no longer sends heartbeats", tone: "bad" },
  "node.back": { words: "is back", tone: "good" },
  "node.mismatched": { words: "has settings that differ from the other nodes", tone: "warning" },
  "node.record_rejected": { words: "was announced by a record that cannot be trusted", tone: "warning" },
  "login.succeeded": { words: "logged in", tone: "plain" },
  "login.failed": { words: "failed to log in", tone: "plain" },
  "login.locked_out": { words: "is locked out after too many failed logins", tone: "warning" },
  logout: { words: "logged out", tone: "plain" },
  "session.revoked": { words: "had a session ended", tone: "plain" },
  "user.created": { words: "was added as a user", tone: "plain" },
  "user.changed": { words: "was changed as a user", tone: "plain" },
  "user.deleted": { words: "was removed as a user", tone: "plain" },
  "key.changed": { words: "is the key that the database is sealed with now", tone: "plain" },
  "api_key.created": { words: "was made as an API key", tone: "plain" },
  "api_key.deleted": { words: "was removed as an API key", tone: "plain" },
  "incident.opened": { words: "has a new incident", tone: "bad" },
  "incident.closed": { words: "has an incident that is over", tone: "good" },
  "notification.failed": { words: "could not be told of an incident", tone: "warning" },
  "silence.created": { words: "was made", tone: "plain" },
  "silence.deleted": { words: "was ended", tone: "plain" },
  "machine.id_conflict": { words: "is the id of two machines", tone: "warning" },
  "machine.deleted": { words: "was removed with its history", tone: "plain" },
};

/** The kind itself, where a node of a later version writes one that is not known here. */
export function eventWords(kind: string): EventWords {
  return Object.hasOwn(known, kind) ? (known[kind] as EventWords) : { words: kind, tone: "plain" };
}

/** The kinds to choose from, in groups by whom they are about. */
export const eventGroups = [
  { value: "node", label: "Nodes" },
  { value: "machine", label: "Machines" },
  { value: "incident", label: "Incidents" },
  { value: "silence", label: "Silences" },
  { value: "notification", label: "Notifications" },
  { value: "login", label: "Logins" },
  { value: "user", label: "Users" },
  { value: "session", label: "Sessions" },
  { value: "api_key", label: "API keys" },
  { value: "key", label: "Database keys" },
] as const;

/** Whom it is about, as people call it: what has only an id of its own is called by what it is. */
export function eventSubject({ kind, subject, details }: Pick<FleetEvent, "kind" | "subject" | "details">): string {
  if (kind.startsWith("silence.")) return "A silence";
  return kind.startsWith("incident.") && details?.["incident"] === subject ? "The fleet" : subject;
}

/** The details of an event as `name: value`, the way its writer put them. */
export function detailTexts({ details }: FleetEvent): string[] {
  return Object.entries(details ?? {})
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
}
