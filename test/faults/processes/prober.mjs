// Probes servers as a load balancer does, from a process of its own so that nothing else delays it. Arguments: the file of
// the authority to trust, then one list of addresses per server, separated by commas. On SIGTERM it prints one line of
// JSON: per server how long each probe took in milliseconds, and how many were not answered 200.
import { readFileSync } from "node:fs";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;
const TIMEOUT_MS = 2000;

const [caFile = "", ...lists] = process.argv.slice(2);
const ca = readFileSync(caFile);
const results = lists.map((list) => ({ urls: list.split(","), took: [], failed: 0 }));
let stopping = false;
process.on("SIGTERM", () => (stopping = true));

function probe(url, agent) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = https.get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200 ? resolve(performance.now() - startedAt) : reject(new Error("not well")),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}

async function watch(result) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca });
  // The first one pays for the connection.
  await probe(result.urls[0], agent).catch(() => undefined);
  for (let turn = 0; !stopping; turn++) {
    try {
      result.took.push(await probe(result.urls[turn % result.urls.length], agent));
    } catch {
      result.failed++;
    }
    await sleep(PAUSE_MS);
  }
  agent.destroy();
}

console.log("probing");
await Promise.all(results.map(watch));
console.log(JSON.stringify(results.map(({ took, failed }) => ({ took, failed }))));
