import { type Check, type Finding, ok, warning } from "./check.js";

/** Less is what people do not notice in a log, and what a slow answer may be taken for. */
const NOTABLE_MS = 5_000;

/**
 * Whether this machine's clock agrees with that of a server the nodes share. `readMs` asks the server: milliseconds since
 * 1970 UTC. No decision of a node rests on it; what people read does.
 */
export function clockCheck(
  name: string,
  server: string,
  needs: readonly string[],
  readMs: () => Promise<number>,
): Check {
  return {
    name,
    needs,
    run: async () => {
      const askedMs = Date.now();
      const theirsMs = await readMs();
      return [judgeClock(server, { askedMs, theirsMs, answeredMs: Date.now() })];
    },
  };
}

/** `theirsMs` is what the other clock said somewhere between `askedMs` and `answeredMs` of this machine's. */
export function judgeClock(
  server: string,
  {
    askedMs,
    theirsMs,
    answeredMs,
  }: { readonly askedMs: number; readonly theirsMs: number; readonly answeredMs: number },
): Finding {
  const aheadMs = askedMs > theirsMs ? askedMs - theirsMs : answeredMs < theirsMs ? answeredMs - theirsMs : 0;
  if (Math.abs(aheadMs) < NOTABLE_MS)
    return ok(`this machine's clock agrees with ${server}'s to ${NOTABLE_MS / 1000} s`);
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return warning({
    what: `this machine's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} ${server}'s: times in logs mislead, and certificates may seem expired`,
    fix: "let a time service set the clocks of both machines (timedatectl)",
  });
}
