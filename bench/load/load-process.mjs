// The client of the benchmark: a process of its own, so that its share of the CPU time can be told.
import { Latencies } from "../simulator/latencies.mjs";
import { KeepAliveConnection } from "../simulator/keep-alive-connection.mjs";
import { postRequest } from "../simulator/request-pool.mjs";
import { sealEnvelope } from "../simulator/seal-envelope.mjs";
import { SimulatedMachine } from "../simulator/simulated-machine.mjs";
import { Simulator } from "../simulator/simulator.mjs";

/** @type {Buffer[]} */
let requests = [];
let perRequest = 1;
/** The machines of the rounds, which go on reporting from one to the next. @type {SimulatedMachine[]} */
let fleet = [];
/** @type {Simulator | null} */
let simulator = null;
/** Every report's time, by machine, where somebody wants to know. @type {Record<string, number[]>} */
let made = {};

const calls = { prepare, flood, startFleet, takeFigures, stopFleet };

process.on("message", async (/** @type {{ call: keyof typeof calls, input: never }} */ { call, input }) => {
  try {
    process.send?.({ result: (await calls[call](input)) ?? null });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});

/**
 * Makes the reports of one round before its time is taken: each machine `each` of them, `stepMs` apart.
 *
 * @param {{ machines: number, each: number, stepMs: number, fromMs: number, batch: number, key: string | null, apiKey: string }} plan
 */
function prepare({ machines, each, stepMs, fromMs, batch, key, apiKey }) {
  if (fleet.length !== machines) {
    fleet = Array.from(
      { length: machines },
      (_, index) => new SimulatedMachine(index, { exactClock: true, nowMs: fromMs }),
    );
  }
  const payloadKey = key === null ? null : Buffer.from(key, "base64");
  requests = [];
  perRequest = batch;
  /** @type {string[]} */
  let lines = [];
  const [path, type] =
    batch === 1 ? ["/api/fleet/report", "application/json"] : ["/api/fleet/reports", "application/x-ndjson"];
  for (let round = 0; round < each; round++) {
    for (const machine of fleet) {
      const json = JSON.stringify(machine.report(fromMs + round * stepMs + (machine.index % stepMs)));
      lines.push(payloadKey ? sealEnvelope(json, payloadKey) : json);
      if (lines.length < batch) continue;
      requests.push(postRequest({ path, apiKey, type }, lines.join("\n")));
      lines = [];
    }
  }
}

/**
 * Sends everything prepared as fast as it is answered.
 *
 * @param {{ url: string, connections: number }} plan
 */
async function flood({ url, connections }) {
  const latencies = new Latencies();
  const address = new URL(url);
  let next = 0;
  let errors = 0;
  let problem = "";
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new KeepAliveConnection(address, 30_000);
      for (let request = requests[next++]; request; request = requests[next++]) {
        const sentAt = performance.now();
        const { status, body } = await connection.send(request);
        latencies.add(performance.now() - sentAt);
        if (status === 200 && !body.includes('"error"')) continue;
        errors += 1;
        problem = `${status} ${body.slice(0, 200)}`;
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (errors > 0) throw new Error(`${errors} requests failed, such as: ${problem}`);
  return {
    seconds,
    rate: (requests.length * perRequest) / seconds,
    clientCpu: cpuSince(before),
    ...timesOf(latencies),
  };
}

/** @param {any} options of the simulator, the key in base64 */
function startFleet({ encryptionKey, count, ...options }) {
  made = {};
  simulator = new Simulator({
    ...options,
    encryptionKey: encryptionKey === null ? null : Buffer.from(encryptionKey, "base64"),
    ...(count ? { onMade: ({ machineId, atMs }) => void (made[machineId] ??= []).push(atMs) } : {}),
  });
  simulator.start();
}

/** What happened since the last time. */
function takeFigures() {
  if (!simulator) throw new Error("no fleet is running");
  const { sent, answered, errors, latencies } = simulator;
  const figures = {
    sent,
    answered,
    errors,
    problems: [...simulator.problems],
    counts: [...latencies.counts],
    ...timesOf(latencies),
  };
  latencies.clear();
  return figures;
}

/** @param {{ timeoutMs?: number }} [input] */
async function stopFleet({ timeoutMs = 10_000 } = {}) {
  await simulator?.stop(timeoutMs);
  return { ...takeFigures(), made };
}

/** @param {Latencies} latencies */
function timesOf(latencies) {
  return {
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    p999: latencies.quantile(0.999),
    longest: latencies.maxMs,
  };
}

/** @param {NodeJS.CpuUsage} before */
function cpuSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
