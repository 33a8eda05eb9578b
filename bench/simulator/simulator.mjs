import { Latencies } from "./latencies.mjs";
import { RequestPool, postRequest } from "./request-pool.mjs";
import { sealEnvelope } from "./seal-envelope.mjs";
import { SimulatedMachine } from "./simulated-machine.mjs";

/**
 * @typedef {object} SimulatorOptions
 * @property {readonly string[]} urls
 * @property {string} apiKey
 * @property {number} machines
 * @property {number} intervalMs
 * @property {Buffer | null} [encryptionKey] 32 bytes
 * @property {number} [shareEncrypted] of the machines, 0 to 1; only with a key
 * @property {number} [silent] part of the machines that is silent at any time, for a minute or so
 * @property {number} [connections]
 * @property {string} [prefix]
 * @property {boolean} [exactClocks] every machine sends UTC by this computer's clock
 * @property {boolean} [resend] reports without a 200 are kept and sent again until they have one, as agents do
 * @property {(report: { machineId: string, atMs: number }) => void} [onMade]
 */

const TICK_MS = 4;
const SILENT_FROM_MS = 30_000;
const SILENT_TO_MS = 120_000;
const RESEND_AFTER_MS = 1_000;
const PATH = "/api/fleet/report";

/**
 * A fleet that reports: every machine once an interval, spread evenly over it. A report's time runs from when it was due,
 * so that a server that stalls is not spared the reports it kept from being sent.
 */
export class Simulator {
  latencies = new Latencies();
  sent = 0;
  answered = 0;
  errors = 0;
  silent = 0;
  restarts = 0;
  waiting = 0;
  /** @type {Map<string, number>} how often what went wrong */
  problems = new Map();
  /** @type {NodeJS.Timeout | null} */
  #timer = null;
  #stopped = false;
  /** @type {{ dueMs: number, request: Buffer }[]} */
  #again = [];

  /** @param {SimulatorOptions} options */
  constructor(options) {
    const { urls, machines, connections = 200, prefix, exactClocks = false } = options;
    this.options = options;
    this.pool = new RequestPool({ urls, connections });
    const nowMs = Date.now();
    this.fleet = Array.from({ length: machines }, (_, index) => ({
      machine: new SimulatedMachine(index, { prefix: prefix ?? "machine", exactClock: exactClocks, nowMs }),
      quietUntil: 0,
    }));
  }

  start() {
    const { intervalMs, machines } = this.options;
    // The monotonic clock sets the pace, the wall clock is what machines say.
    const startedAt = performance.now();
    let turn = 0;
    const tick = () => {
      if (this.#stopped) return;
      const now = performance.now();
      for (; ; turn++) {
        const dueAt = startedAt + (turn * intervalMs) / machines;
        if (dueAt > now) break;
        this.#report(turn % machines, dueAt);
      }
      this.#sendAgain(now);
      this.#timer = setTimeout(tick, TICK_MS);
    };
    tick();
  }

  /** No new report begins; resolves when all have their answers, and those sent again too, or after `timeoutMs`. */
  async stop(timeoutMs = 10_000) {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const until = performance.now() + timeoutMs;
    while ((this.waiting > 0 || this.#again.length > 0) && performance.now() < until) {
      this.#sendAgain(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.pool.close();
  }

  /** @param {number} index @param {number} dueAt */
  #report(index, dueAt) {
    const entry = this.fleet[index];
    const nowMs = Date.now();
    if (!entry) return;
    if (entry.quietUntil > nowMs || this.#fallsSilent(entry, nowMs)) {
      this.silent += 1;
      return;
    }
    const { apiKey, encryptionKey, shareEncrypted = 1, machines, onMade } = this.options;
    const json = JSON.stringify(entry.machine.report(nowMs));
    const sealed = encryptionKey && index < shareEncrypted * machines;
    onMade?.({ machineId: entry.machine.id, atMs: nowMs });
    this.sent += 1;
    void this.#send(postRequest({ path: PATH, apiKey }, sealed ? sealEnvelope(json, encryptionKey) : json), dueAt);
  }

  /** @param {{ machine: SimulatedMachine, quietUntil: number }} entry @param {number} nowMs */
  #fallsSilent(entry, nowMs) {
    const { intervalMs, silent = 0, exactClocks } = this.options;
    const meanMs = (SILENT_FROM_MS + SILENT_TO_MS) / 2;
    if (silent > 0 && Math.random() < (silent / (1 - silent)) * (intervalMs / meanMs)) {
      entry.quietUntil = nowMs + SILENT_FROM_MS + Math.random() * (SILENT_TO_MS - SILENT_FROM_MS);
    } else if (!exactClocks && entry.machine.restarts(intervalMs)) {
      this.restarts += 1;
      entry.quietUntil = entry.machine.restart(nowMs);
    } else return false;
    return true;
  }

  /** @param {Buffer} request @param {number} dueAt */
  async #send(request, dueAt) {
    this.waiting += 1;
    let problem;
    try {
      const { status, body } = await this.pool.send(request);
      if (status !== 200) problem = `${status} ${body.slice(0, 120)}`;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    this.waiting -= 1;
    if (problem === undefined) {
      this.answered += 1;
      this.latencies.add(performance.now() - dueAt);
      return;
    }
    this.errors += 1;
    const kind = problem.replace(/"request_id":.*/, "");
    this.problems.set(kind, (this.problems.get(kind) ?? 0) + 1);
    if (!this.options.resend) return;
    this.#again.push({ dueMs: performance.now() + RESEND_AFTER_MS * (0.5 + Math.random()), request });
  }

  /** @param {number} now */
  #sendAgain(now) {
    if (this.#again.length === 0) return;
    const due = this.#again.filter(({ dueMs }) => dueMs <= now);
    if (due.length === 0) return;
    this.#again = this.#again.filter(({ dueMs }) => dueMs > now);
    for (const { request } of due) void this.#send(request, now);
  }
}
