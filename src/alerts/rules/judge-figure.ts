import type { Verdict } from "./judge-condition.js";
import type { FigureRule } from "./rule-table.js";

/** So many points below its limit a figure is good again: one that moves around the limit is one incident. */
const MARGIN = 5;

/**
 * A figure of a machine that reports, by its rule, or null where that is off. Of a machine that does not report, and of a
 * figure that is missing, nobody knows: an incident stays, and a wait begins anew.
 */
export function judgeFigure(percent: number | null, reports: boolean, rule: FigureRule | null): Verdict {
  if (rule === null) return "good";
  if (!reports || percent === null) return "between";
  if (percent > rule.above) return "bad";
  // Low limits leave no room for the whole margin.
  return percent > Math.max(rule.above - MARGIN, rule.above / 2) ? "between" : "good";
}
