import type { IncidentKind } from "../../api/types.ts";
import { incidentKinds } from "../../format/incident-words.ts";

export const views = [
  { value: "incidents", label: "Incidents" },
  { value: "silences", label: "Silences" },
  { value: "rules", label: "Rules and receivers" },
] as const;

export const states = [
  { value: "open", label: "Open" },
  { value: "closed", label: "Past" },
] as const;

/** What the address of the page says. */
export interface AlertsAddress {
  readonly view: (typeof views)[number]["value"];
  readonly state: (typeof states)[number]["value"] | undefined;
  readonly kind: IncidentKind | undefined;
  /** A machine's or node's id. */
  readonly subject: string;
  readonly cursor: string | undefined;
  /** The incident that is looked at closely. */
  readonly incident: string | undefined;
}

/** What is not understood counts as not said. */
export function readAlertsAddress(params: URLSearchParams): AlertsAddress {
  return {
    view: views.find(({ value }) => value === params.get("view"))?.value ?? "incidents",
    state: states.find(({ value }) => value === params.get("state"))?.value,
    kind: incidentKinds.find((kind) => kind === params.get("kind")),
    subject: params.get("subject") ?? "",
    cursor: params.get("cursor") ?? undefined,
    incident: params.get("incident") ?? undefined,
  };
}

/** The address with one filter changed, on the first page of what it leaves. */
export function withFilter(
  params: URLSearchParams,
  name: "state" | "kind" | "subject",
  value: string | null,
): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete("cursor");
  if (value) next.set(name, value);
  else next.delete(name);
  return next;
}

/** The address with an incident looked at, or without. */
export function withIncident(params: URLSearchParams, id: string | undefined): URLSearchParams {
  const next = new URLSearchParams(params);
  if (id === undefined) next.delete("incident");
  else next.set("incident", id);
  return next;
}
