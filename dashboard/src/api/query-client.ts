import { QueryCache, QueryClient } from "@tanstack/react-query";
import { goToLogin } from "./go-to-login.ts";
import { ApiError, isPassing } from "./http.ts";

/** What has been read is shown at once and read again; what fails in passing is tried again by itself. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) goToLogin();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (failures) => 400 * 2 ** failures,
        // The browser's own idea of being online says nothing of a server in the same house.
        networkMode: "always",
        // A page that could not be filled fills itself once the server answers.
        refetchInterval: ({ state: { status, error } }) => (status === "error" && isPassing(error) ? 3_000 : false),
        refetchOnWindowFocus: true,
      },
      mutations: { networkMode: "always" },
    },
  });
}
