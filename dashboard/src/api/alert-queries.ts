import { useQuery } from "@tanstack/react-query";
import { call, isPassing } from "./http.ts";
import { keys } from "./keys.ts";
import type { Alerts, IncidentDetail, IncidentKind, IncidentList, SilenceList } from "./types.ts";

/** The stream tells when incidents open and close; whatever gets lost is found so soon. */
const NOW_AND_THEN_MS = 30_000;
/** Deliveries are told by nobody. */
const PENDING_MS = 3_000;
const AFTER_FAILURE_MS = 3_000;

export interface IncidentListQuery {
  readonly state?: "open" | "closed" | undefined;
  readonly kind?: IncidentKind | undefined;
  readonly subject?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

interface Known<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
}

/** How soon to read again: while something is still under way, sooner. */
function rereadAfter<Data>(isUnderWay: (data: Data) => boolean) {
  return ({ state: { data, error } }: { readonly state: Known<Data> }) => {
    if (isPassing(error)) return AFTER_FAILURE_MS;
    return data !== undefined && isUnderWay(data) ? PENDING_MS : NOW_AND_THEN_MS;
  };
}

const isPending = ({ deliveries }: Pick<IncidentDetail, "deliveries">) => deliveries.pending > 0;

export function useIncidents(query: IncidentListQuery) {
  const { state, kind, subject } = query;
  return useQuery({
    queryKey: keys.incidentList(query),
    queryFn: ({ signal }) => call<IncidentList>("/api/fleet/incidents", { query: { ...query }, signal }),
    // Another page of the same list takes this one's place when it is there.
    placeholderData: (previous: IncidentList | undefined, before) => {
      const asked = before?.queryKey[2] as IncidentListQuery | undefined;
      const isSame = asked?.state === state && asked?.kind === kind && asked?.subject === subject;
      return isSame ? previous : undefined;
    },
    refetchInterval: rereadAfter(({ incidents }: IncidentList) => incidents.some(isPending)),
  });
}

/** The newest open incidents, of which every page knows. */
export function useOpenIncidents() {
  return useIncidents({ state: "open", limit: 100 });
}

export function useIncident(id: string) {
  return useQuery({
    queryKey: keys.incident(id),
    queryFn: ({ signal }) => call<IncidentDetail>(`/api/fleet/incidents/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: rereadAfter(isPending),
  });
}

export function useSilences() {
  return useQuery({
    queryKey: keys.silences,
    queryFn: ({ signal }) => call<SilenceList>("/api/fleet/silences", { signal }),
    refetchInterval: rereadAfter<SilenceList>(() => false),
  });
}

/** The rules in effect and the receivers. */
export function useAlerts() {
  return useQuery({
    queryKey: keys.alerts,
    queryFn: ({ signal }) => call<Alerts>("/api/fleet/alerts", { signal }),
    refetchInterval: rereadAfter(({ receivers }: Alerts) => receivers.some(({ last }) => last?.state === "pending")),
  });
}
