import type { AlertOverride, AlertReceiver, AlertRule } from "../../api/types.ts";
import { countOf, percentText } from "../../format/figures.ts";
import { kindNames } from "../../format/incident-words.ts";
import { durationText } from "../../format/times.ts";

/** A length of time without its empty smaller unit: `10 min`, `1 h 30 min`. */
function roundText(seconds: number): string {
  return durationText(seconds * 1000).replace(/ 0+ \w+$/, "");
}

function heldText(seconds: number): string {
  return seconds === 0 ? "at once" : `for ${roundText(seconds)}`;
}

/** When an incident of a kind is opened. */
export function ruleText({
  kind,
  enabled,
  threshold,
  for: seconds,
}: Omit<AlertRule, "severity" | "unit"> | AlertOverride): string {
  if (!enabled) return "off";
  switch (kind) {
    case "machine_offline":
      return `no report for ${roundText(seconds)}`;
    case "mass_offline":
      return `${countOf(threshold ?? 0, "machine")} or more stop reporting together`;
    case "cpu":
    case "memory":
    case "disk":
      return `above ${percentText(threshold)} ${heldText(seconds)}`;
    case "node_inactive":
      return `no sign of life, told ${seconds === 0 ? "at once" : `after ${roundText(seconds)}`}`;
    case "settings_differ":
      return `differ from most other nodes ${heldText(seconds)}`;
    case "certificate":
      return `ends within ${countOf(threshold ?? 0, "day")}`;
  }
}

/** Which incidents a receiver is told of. */
export function receiverText({ min_severity, kinds }: Pick<AlertReceiver, "min_severity" | "kinds">): string {
  const what = kinds === null ? "everything" : kinds.map((kind) => kindNames[kind]).join(", ");
  return min_severity === "critical" ? `${what}, critical only` : what;
}
