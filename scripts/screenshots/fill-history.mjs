import { setTimeout as sleep } from "node:timers/promises";
import { RequestPool, postRequest } from "../../bench/simulator/request-pool.mjs";
import { apiKey } from "../../bench/support/fleet-node.mjs";
import { FEATURED } from "./plausible-fleet.mjs";

const MINUTE_MS = 60_000;
/** As much as the sparklines of the list show, and a little more. */
const RECENT_MS = 32 * MINUTE_MS;
/** More than the longest range of the pictures. */
const FEATURED_MS = 28 * 60 * MINUTE_MS;
const BATCH = 500;
const AT_ONCE = 2;
const TRIES = 30;

/**
 * The past of the fleet: every machine once a minute over the last half hour, the featured one over a day and more.
 *
 * @param {string} url of one node: several would wait for one another's lock
 * @param {readonly import("./plausible-machine.mjs").PlausibleMachine[]} machines
 */
export async function fillHistory(url, machines) {
  const nowMs = Date.now();
  const featured = machines.find(({ id }) => id === FEATURED);
  if (!featured) throw new Error(`there is no machine ${FEATURED}`);
  const pool = new RequestPool({ urls: [url], connections: AT_ONCE, timeoutMs: 60_000 });
  try {
    const known = machines.map((machine) => ({ machine_id: machine.id, machine_info: machine.info(), metrics: {} }));
    await sendAll(pool, known);
    const long = timesOf(nowMs - FEATURED_MS, nowMs - RECENT_MS, MINUTE_MS);
    await sendAll(
      pool,
      long.map((at) => featured.pastReport(at)),
    );
    // A minute at a time, so that the samples of a time lie together as they would; until it is now, for it takes a while.
    for (let at = nowMs - RECENT_MS; at < Date.now(); at += MINUTE_MS) {
      const untilMs = Date.now();
      await sendAll(
        pool,
        machines.map((machine, index) => machine.pastReport(Math.min(at + ((index * 7_919) % MINUTE_MS), untilMs))),
      );
    }
  } finally {
    pool.close();
  }
}

/** @param {number} fromMs @param {number} toMs @param {number} stepMs */
function timesOf(fromMs, toMs, stepMs) {
  return Array.from({ length: Math.floor((toMs - fromMs) / stepMs) }, (_, index) => fromMs + index * stepMs);
}

/**
 * @param {RequestPool} pool
 * @param {readonly object[]} reports
 */
async function sendAll(pool, reports) {
  const batches = Array.from({ length: Math.ceil(reports.length / BATCH) }, (_, index) =>
    reports.slice(index * BATCH, (index + 1) * BATCH),
  );
  await Promise.all(
    batches.map(async (batch) => {
      const body = batch.map((report) => JSON.stringify(report)).join("\n");
      const head = { path: "/api/fleet/reports", apiKey, type: "application/x-ndjson" };
      const request = postRequest(head, body);
      let answer = await pool.send(request);
      // What is stored already is not stored twice.
      for (let tries = 1; answer.status === 503 && tries < TRIES; tries++) {
        await sleep(1_000);
        answer = await pool.send(request);
      }
      const refused = /"error":"[^"]*"/.exec(answer.body)?.[0];
      if (answer.status !== 200 || refused)
        throw new Error(`a batch of the past was answered ${answer.status} ${refused}`);
    }),
  );
}
