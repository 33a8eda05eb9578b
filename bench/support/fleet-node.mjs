import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { freePort, makeFolder, startProgram } from "./started.mjs";

const root = path.resolve(import.meta.dirname, "../..");

export const apiKey = "an-api-key-of-this-run";
/** Who may look at the nodes of a run. */
export const operator = { username: "admin", password: "a password of this run" };

/** One set of keys for every node and ceiling of a run, so that the same reports can be sent to each. */
export const keys = {
  payload: randomBytes(32),
  fernet: randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
};

/**
 * @typedef {object} NodeOptions
 * @property {string} [dbUrl] PostgreSQL; else SQLite in the node's own folder
 * @property {boolean} [plain] nothing encrypted
 * @property {Record<string, Record<string, unknown>>} [config] laid over what is set here, section by section
 * @property {string} [profile] a folder for a CPU profile
 */

/** A place for a node: its configuration, folder and port. `start` may be called again after `stop`. */
export async function makeNode(/** @type {NodeOptions} */ { dbUrl, plain = false, config = {}, profile }) {
  const folder = makeFolder("node");
  const port = await freePort();
  const dbPath = path.join(folder, "fleet.sqlite3");
  /** @type {Record<string, Record<string, unknown>>} */
  const base = {
    server: {
      host: "127.0.0.1",
      port,
      api_key: apiKey,
      web_username: operator.username,
      web_password: operator.password,
      drain_seconds: 0,
      ...(dbUrl === undefined ? { db_path: dbPath } : { db_backend: "postgresql", db_url: dbUrl }),
      ...(plain ? {} : { db_encryption_key: keys.fernet, encryption_key: keys.payload.toString("base64") }),
    },
    sessions: { session_dir: path.join(folder, "sessions") },
    cluster: { state_path: path.join(folder, "cluster-state.json") },
    logging: { format: "json", level: "warn" },
  };
  const names = new Set([...Object.keys(base), ...Object.keys(config)]);
  const file = path.join(folder, "config.yaml");
  writeFileSync(
    file,
    stringify(Object.fromEntries([...names].map((name) => [name, { ...base[name], ...config[name] }]))),
    { mode: 0o600 },
  );
  const url = `http://127.0.0.1:${port}`;
  /** @type {Awaited<ReturnType<typeof startProgram>> | null} */
  let running = null;
  return {
    url,
    dbPath,
    folder,
    pid: () => running?.pid ?? 0,
    start: async () => {
      const flags = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
      running = await startProgram(process.execPath, [...flags, path.join(root, "dist/main.js"), "--config", file], {
        cwd: folder,
        ready: /./,
        env: { FLEET_LOGGING__LEVEL: "info" },
      });
      await healthy(url);
    },
    stop: async () => {
      await running?.stop();
    },
  };
}

/** @param {string} url */
async function healthy(url) {
  const until = Date.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error(`the node at ${url} does not become ready`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A logged-in operator's GET. @param {string} url */
export async function logIn(url) {
  const answer = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(operator),
  });
  if (!answer.ok) throw new Error(`login answered ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return async (/** @type {string} */ where) => {
    const reply = await fetch(`${url}${where}`, { headers: { cookie } });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${where} answered ${reply.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
}
