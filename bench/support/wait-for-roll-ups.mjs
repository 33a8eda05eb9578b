import { setTimeout as sleep } from "node:timers/promises";
import { read } from "./databases.mjs";

const SLOT_MS = 300_000;
const PATIENCE_MS = 180_000;

/**
 * Waits until upkeep has rolled up what lies before this time, so that its work does not fall into a measurement.
 *
 * @param {import("./databases.mjs").Place} place
 * @param {number} untilMs
 */
export async function waitForRollUps(place, untilMs) {
  const wanted = Math.floor(untilMs / SLOT_MS);
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const next = await read(place, "SELECT value FROM history_progress WHERE name IN ('slot', 'next slot')");
    const late = await read(place, "SELECT count(*) FROM history_late");
    if (Number(next) >= wanted && Number(late) === 0) return;
    if (Date.now() > until) throw new Error("history is not rolled up in time");
    await sleep(1_000);
  }
}
