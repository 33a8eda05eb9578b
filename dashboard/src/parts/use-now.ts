import { useSyncExternalStore } from "react";
import { serverNow } from "../format/server-clock.ts";

const listeners = new Set<() => void>();
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serverNow();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function currentTime(): number {
  // What begins to tick after a silence begins with the time as it is.
  if (timer === undefined) now = serverNow();
  return now;
}

/** The server's time, each second; all that tick tick together. Milliseconds since 1970 UTC. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, currentTime);
}

/** What follows from the server's time. Drawn again only when that has become something else. */
export function useTicking<Value extends string | number>(valueAt: (now: number) => Value): Value {
  return useSyncExternalStore(subscribe, () => valueAt(currentTime()));
}
