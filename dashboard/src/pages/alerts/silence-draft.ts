import type { Incident, IncidentKind, NewSilence } from "../../api/types.ts";

const HOUR_SECONDS = 3600;

export const lengths = [
  { value: "1h", label: "1 hour" },
  { value: "4h", label: "4 hours" },
  { value: "1d", label: "1 day" },
  { value: "until", label: "Until a time" },
] as const;

type Length = (typeof lengths)[number]["value"];

const seconds = { "1h": HOUR_SECONDS, "4h": 4 * HOUR_SECONDS, "1d": 24 * HOUR_SECONDS } satisfies Record<
  Exclude<Length, "until">,
  number
>;

/** A silence as it stands in the form. */
export interface SilenceDraft {
  /** A machine's or node's id. */
  readonly machine: string;
  readonly tag: string;
  readonly kind: IncidentKind | null;
  readonly length: Length;
  /** In the viewer's zone, as `2027-01-31T12:00`; counts for the length `until`. */
  readonly until: string;
  readonly comment: string;
}

export const emptyDraft: SilenceDraft = { machine: "", tag: "", kind: null, length: "1h", until: "", comment: "" };

/** What silences this incident and its like. A mass loss has no machine of its own, but may have a tag. */
export function draftFor({ kind, subject, shared }: Pick<Incident, "kind" | "subject" | "shared">): SilenceDraft {
  if (kind !== "mass_offline") return { ...emptyDraft, kind, machine: subject };
  const tag = shared.find(({ trait }) => trait === "tag")?.value ?? "";
  return { ...emptyDraft, kind, tag };
}

/** The body to send, or what is to be filled in first. */
export function silenceOf(
  draft: SilenceDraft,
  nowMs: number,
): { readonly body: NewSilence } | { readonly lacks: string } {
  const machine = draft.machine.trim();
  const tag = draft.tag.trim();
  const { kind, length, until } = draft;
  if (machine === "" && tag === "" && kind === null) {
    return { lacks: "Name a machine, a tag or a kind: a silence of everything would hide every failure." };
  }
  const end = Date.parse(until);
  if (length === "until" && !(end > nowMs)) return { lacks: "Choose a time in the future at which the silence ends." };
  return {
    body: {
      matcher: {
        ...(machine === "" ? {} : { machine_id: machine }),
        ...(tag === "" ? {} : { tag }),
        ...(kind === null ? {} : { kind }),
      },
      ...(length === "until" ? { until: new Date(end).toISOString() } : { duration: seconds[length] }),
      comment: draft.comment.trim(),
    },
  };
}
