import { useEffect, useRef } from "react";
import { rereadIsDue } from "./reread-pace.ts";

const LOOK_MS = 1_000;
interface Wish {
  /** What is read; another one begins with having been read just now. */
  readonly what: string;
  /** A figure of the stream by which a change can be told; undefined while it is not known. */
  readonly sign: number | undefined;
  readonly soonMs: number;
  /** Its failures are told by whatever shows what is read. */
  readonly read: (signal: AbortSignal) => Promise<unknown>;
}

/** Reads again what the stream does not tell, as long as the page is seen. */
export function useCalmRereads(wish: Wish): void {
  const latest = useRef(wish);
  useEffect(() => {
    latest.current = wish;
  });
  useEffect(() => {
    const end = new AbortController();
    let readAtMs = performance.now();
    let known = latest.current.sign;
    let isReading = false;
    const timer = setInterval(() => {
      const { sign, soonMs, read } = latest.current;
      known ??= sign;
      const pace = { elapsedMs: performance.now() - readAtMs, changed: sign !== known, soonMs };
      if (isReading || document.visibilityState === "hidden" || !rereadIsDue(pace)) return;
      isReading = true;
      known = sign;
      void read(end.signal)
        .catch(() => undefined)
        .finally(() => {
          isReading = false;
          readAtMs = performance.now();
        });
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      end.abort();
    };
  }, [wish.what]);
}
