import type { FactoryProvider } from "@nestjs/common";
import { HISTORY_CONFIG, type HistoryConfig, SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import type { HistoryLimits } from "./history-store.js";

/** Injects HistoryLimits. */
export const HISTORY_LIMITS = Symbol("HISTORY_LIMITS");

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Where `server.history_size` or `server.history_retention_days` are set, they bound raw samples instead of `raw_hours`. */
function historyLimits(
  { history_size, history_retention_days }: Pick<ServerConfig, "history_size" | "history_retention_days">,
  history: Pick<HistoryConfig, "raw_hours" | "five_minute_days" | "hourly_days">,
): HistoryLimits {
  const unbounded = history_size === undefined ? history.raw_hours * HOUR_MS : Number.MAX_SAFE_INTEGER;
  return {
    rawMs: history_retention_days === undefined ? unbounded : history_retention_days * DAY_MS,
    rawSamples: history_size ?? null,
    fiveMinuteMs: history.five_minute_days * DAY_MS,
    hourlyMs: history.hourly_days * DAY_MS,
  };
}

export const historyLimitsProvider: FactoryProvider<HistoryLimits> = {
  provide: HISTORY_LIMITS,
  inject: [SERVER_CONFIG, HISTORY_CONFIG],
  useFactory: historyLimits,
};
