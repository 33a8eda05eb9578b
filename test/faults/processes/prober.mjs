// Probes servers as a load balancer does, from a process of its own so that nothing else delays it. Arguments: the file of
// the authority to trust; what to probe in turns, as JSON: [{ path, allowed: [status, ...] }]; then each server's origin. On
// SIGTERM it prints one line of JSON: per server and path how long each probe took in milliseconds, and how many were
// answered otherwise or not at all.
import { readFileSync } from "node:fs";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;
const TIMEOUT_MS = 2000;

const [caFile = "", probed = "[]", ...origins] = process.argv.slice(2);
const ca = readFileSync(caFile);
const results = origins.map((origin) => JSON.parse(probed).map((one) => ({ ...one, origin, took: [], failed: 0 })));
let stopping = false;
process.on("SIGTERM", () => (stopping = true));

function probe({ origin, path, allowed }, agent) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = https.get(origin + path, { agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () =>
        allowed.includes(response.statusCode)
          ? resolve(performance.now() - startedAt)
          : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}

async function watch(paths) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca });
  // The first one pays for the connection.
  await probe(paths[0], agent).catch(() => undefined);
  for (let turn = 0; !stopping; turn++) {
    const result = paths[turn % paths.length];
    try {
      result.took.push(await probe(result, agent));
    } catch {
      result.failed++;
    }
    await sleep(PAUSE_MS);
  }
  agent.destroy();
}

console.log("probing");
await Promise.all(results.map(watch));
console.log(JSON.stringify(results.map((paths) => paths.map(({ path, took, failed }) => ({ path, took, failed })))));
