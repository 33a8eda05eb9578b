import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeNode } from "../../bench/support/fleet-node.mjs";
import { freePort, makeFolder, startProgram } from "../../bench/support/started.mjs";
import { serverPath } from "../test/servers.mjs";

const NODES = ["fleet-01", "fleet-02", "fleet-03"];
const PATIENCE_MS = 30_000;

export const admin = { username: "maria", password: "a password for the pictures" };

/** @typedef {Awaited<ReturnType<typeof startCluster>>} Cluster */

/**
 * Three nodes on one Redis and one SQLite file behind the shipped HAProxy, all on free ports; ended by `undoAll`.
 *
 * @param {string} root the checkout
 */
export async function startCluster(root) {
  const env = { PATH: serverPath() };
  const redisPort = await freePort();
  const redisLines = ["--bind", "127.0.0.1", "--port", String(redisPort), "--save", "", "--dir", makeFolder("redis")];
  await startProgram("redis-server", redisLines, { ready: /Ready to accept connections/, env });
  const dbPath = path.join(makeFolder("data"), "fleet.sqlite3");
  const nodes = await Promise.all(NODES.map((name) => makeNode({ config: settingsOf(name, { redisPort, dbPath }) })));
  const [first, ...others] = nodes;
  // The first one makes the database, so that the others need not wait for one another.
  await first?.start();
  await Promise.all(others.map((node) => node.start()));
  const url = await startHaproxy(
    root,
    nodes.map((node) => new URL(node.url).port),
  );
  return { url, dbPath, nodes };
}

/**
 * @param {string} name
 * @param {{ redisPort: number, dbPath: string }} places
 */
function settingsOf(name, { redisPort, dbPath }) {
  return {
    organization: { name: "Northwind Hosting" },
    server: { db_path: dbPath, web_username: admin.username, web_password: admin.password },
    // Patient, so that a busy computer does not make the whole fleet late.
    machines: { warning_after: 60, offline_after: 300 },
    // What is wrong is an incident at once, so that there are some to be seen.
    alerts: {
      interval: 1,
      grace: 0,
      machine_offline: { after: 300 },
      cpu: { above: 95, for: 0 },
      memory: { above: 95, for: 0 },
      disk: { above: 90, for: 0 },
    },
    cluster: {
      enabled: true,
      node_id: name,
      hostname: `${name}.example.com`,
      port: 8768,
      secret: "a cluster secret for the pictures",
      backend: "redis",
      redis_port: redisPort,
      heartbeat_interval: 5,
      node_timeout: 15,
    },
    sessions: { backend: "redis", redis: { port: redisPort } },
  };
}

/**
 * @param {string} root
 * @param {readonly string[]} nodePorts
 */
async function startHaproxy(root, nodePorts) {
  const [port, httpPort, statsPort] = [await freePort(), await freePort(), await freePort()];
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    PATH: serverPath(),
    FLEET_HAPROXY_BIND: `127.0.0.1:${port}`,
    FLEET_HAPROXY_HTTP_BIND: `127.0.0.1:${httpPort}`,
    FLEET_HAPROXY_STATS_BIND: `127.0.0.1:${statsPort}`,
    FLEET_HAPROXY_CERT: makeCertificate(),
    FLEET_NODE_TLS: "",
    // Only root can become somebody else.
    ...(process.getuid?.() === 0 ? {} : { FLEET_HAPROXY_USER: userInfo().username }),
  };
  for (const [index, nodePort] of nodePorts.entries()) {
    env[`FLEET_NODE${index + 1}`] = `127.0.0.1:${nodePort}`;
    env[`FLEET_NODE${index + 1}_NAME`] = "localhost";
  }
  // What -V prints is the first that it says.
  const args = ["-V", "-f", path.join(root, "config/haproxy.cfg")];
  await startProgram("haproxy", args, { ready: /Using \w+\(\) as the polling mechanism/, env });
  const url = `https://127.0.0.1:${port}`;
  const until = Date.now() + PATIENCE_MS;
  while ((await statusOf(`${url}/health/ready`)) !== 200) {
    if (Date.now() > until) throw new Error("HAProxy reaches no node");
    await sleep(200);
  }
  return url;
}

/** Certificate and key in one file, as HAProxy reads them. */
function makeCertificate() {
  const folder = makeFolder("certificate");
  const [certificate, key, bundle] = ["cert.pem", "key.pem", "bundle.pem"].map((name) => path.join(folder, name));
  if (!certificate || !key || !bundle) throw new Error("no place for a certificate");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  const files = ["-out", certificate, "-subj", "/CN=localhost", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...newKey, ...files], { stdio: "pipe" });
  writeFileSync(bundle, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"), { mode: 0o600 });
  return bundle;
}

/** @param {string} url @returns {Promise<number>} 0 where there is no answer */
function statusOf(url) {
  return new Promise((resolve) => {
    get(url, { rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on("error", () => resolve(0));
  });
}
