import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "./http.ts";
import { keys } from "./keys.ts";
import type {
  About,
  AnyClusterStatus,
  ApiKeyList,
  CurrentUser,
  EventList,
  HealthCheck,
  History,
  Machine,
  MachineList,
  MachineStatus,
  Overview,
  SessionList,
  Summary,
  UserList,
} from "./types.ts";

/** What the stream keeps up to date is still read now and then, should a message get lost. */
const SELDOM_MS = 60_000;

export interface MachineListQuery {
  readonly q?: string | undefined;
  readonly status?: MachineStatus | undefined;
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number;
  readonly trend?: boolean;
}

export interface EventListQuery {
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

export function useCurrentUser() {
  return useQuery({
    queryKey: keys.currentUser,
    queryFn: ({ signal }) => call<CurrentUser>("/api/fleet/current-user", { signal }),
    staleTime: SELDOM_MS,
  });
}

export function useAbout() {
  return useQuery({
    queryKey: keys.about,
    queryFn: ({ signal }) => call<About>("/api/fleet/about", { signal }),
    staleTime: SELDOM_MS,
  });
}

/** Its counts come by the stream; distributions and troubles are read anew. */
export function useOverview() {
  return useQuery({
    queryKey: keys.overview,
    queryFn: ({ signal }) => call<Overview>("/api/fleet/overview", { signal }),
    refetchInterval: 5_000,
  });
}

export function useSummary({ enabled }: { readonly enabled: boolean }) {
  return useQuery({
    queryKey: keys.summary,
    queryFn: ({ signal }) => call<Summary>("/api/fleet/summary", { signal }),
    enabled,
    staleTime: SELDOM_MS,
  });
}

export function readMachineList(query: MachineListQuery, signal: AbortSignal): Promise<MachineList> {
  return call<MachineList>("/api/fleet/machines", { query: { ...query }, signal });
}

export function useMachineList(query: MachineListQuery) {
  return useQuery({
    queryKey: keys.machineList(query),
    queryFn: ({ signal }) => readMachineList(query, signal),
    // The rows on screen stay until the next ones are there.
    placeholderData: keepPreviousData,
    staleTime: SELDOM_MS,
    refetchOnWindowFocus: false,
  });
}

export function useMachine(id: string) {
  return useQuery({
    queryKey: keys.machine(id),
    queryFn: ({ signal }) => call<Machine>(`/api/fleet/machine/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: SELDOM_MS,
  });
}

export interface HistoryRange {
  readonly from: string;
  readonly to: string;
}

export function useHistory(id: string, range: HistoryRange) {
  return useQuery({
    queryKey: keys.history(id, range),
    queryFn: ({ signal }) =>
      call<History>(`/api/fleet/history/${encodeURIComponent(id)}`, {
        query: { ...range, resolution: "auto" },
        signal,
      }),
    // The range that was shown stays until the next is there, but never another machine's.
    placeholderData: (previous: History | undefined, query) => (query?.queryKey[1] === id ? previous : undefined),
    staleTime: SELDOM_MS,
    refetchOnWindowFocus: false,
  });
}

export function useCluster() {
  return useQuery({
    queryKey: keys.cluster,
    queryFn: ({ signal }) => call<AnyClusterStatus>("/api/fleet/cluster/status", { signal }),
    refetchInterval: SELDOM_MS,
  });
}

export function useHealthCheck() {
  return useQuery({
    queryKey: keys.healthCheck,
    queryFn: ({ signal }) => call<HealthCheck>("/api/fleet/cluster/health-check", { signal }),
    refetchInterval: 3_000,
  });
}

export function useEvents(query: EventListQuery, { latest = false } = {}) {
  return useQuery({
    queryKey: [...(latest ? keys.latestEvents : keys.events), query],
    queryFn: ({ signal }) => call<EventList>("/api/fleet/events", { query: { ...query }, signal }),
    // What is shown stays until the next is there, but never events of another kind or of someone else.
    placeholderData: (previous: EventList | undefined, before) => {
      const asked = before?.queryKey.at(-1) as EventListQuery | undefined;
      return asked?.kind === query.kind && asked?.subject === query.subject ? previous : undefined;
    },
    refetchInterval: SELDOM_MS,
  });
}

/** Lists that grow by a page at the viewer's wish. */
const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }: { readonly next_cursor: string | null }) => next_cursor ?? undefined,
};

export function useUsers() {
  return useInfiniteQuery({
    queryKey: keys.users,
    queryFn: ({ signal, pageParam: cursor }) =>
      call<UserList>("/api/fleet/users", { query: { limit: 100, cursor }, signal }),
    ...paged,
  });
}

export function useSessions() {
  return useInfiniteQuery({
    queryKey: keys.sessions,
    queryFn: ({ signal, pageParam: cursor }) =>
      call<SessionList>("/api/fleet/sessions", { query: { limit: 100, cursor }, signal }),
    ...paged,
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ signal }) => call<ApiKeyList>("/api/fleet/api-keys", { signal }),
  });
}
