// The health check of a node's container, whose image has no HTTP client: ends with 0 where the address answers 200.
import http from "node:http";
import https from "node:https";

const TIMEOUT_MS = 2500;
const url = process.argv[2] ?? "http://127.0.0.1:8768/health/live";
const { get } = url.startsWith("https:") ? https : http;

// The node itself is asked, and nothing it says is believed but the status: its certificate does not matter here.
const request = get(url, { rejectUnauthorized: false, timeout: TIMEOUT_MS, agent: false }, (response) => {
  if (response.statusCode !== 200) fail(`${url} answers ${response.statusCode}`);
  response.resume();
});
request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
request.on("error", (error) => fail(`${url}: ${error.message}`));

/** @param {string} reason shown by `docker inspect` */
function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
