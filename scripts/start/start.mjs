import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SETUP_STEPS, setUp } from "../setup.mjs";
import { signalAllChildren } from "../setup/child-processes.mjs";
import { explainFailure } from "../setup/explain-failure.mjs";
import { whenNpmIsGone } from "../setup/parent-watch.mjs";
import { Progress } from "../setup/progress.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { ensureEmbeddedConfig } from "./embedded-config.mjs";
import { readListenAddress } from "./listen-address.mjs";
import { localAddress } from "./node-address.mjs";
import { portProblem } from "./port-check.mjs";
import { Fleet } from "./fleet.mjs";
import { parseStartOptions, usage } from "./start-options.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STOP_SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * `npm start`: sets up, then runs the node or nodes and this machine's agent until it is told to stop.
 *
 * @param {readonly string[]} args
 */
export async function start(args) {
  const parsed = parseStartOptions(args);
  if ("problem" in parsed) return fail(parsed.problem);
  const { options } = parsed;
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const giveUp = () => {
    signalAllChildren("SIGTERM");
    process.exit(130);
  };
  /** @type {() => void} */
  let stop = giveUp;
  /** @type {() => void} */
  let stopOnce = giveUp;
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop());
  whenNpmIsGone(() => stopOnce());
  try {
    const progress = new Progress(SETUP_STEPS + 1);
    await setUp(root, progress);
    const plan = await planFleet(options);
    if ("problem" in plan) return fail(plan.problem);
    progress.say(`Starting ${plan.nodes.length === 1 ? "the server" : `${plan.nodes.length} nodes`}`);
    const fleet = new Fleet(plan);
    stop = () => void fleet.stop();
    stopOnce = () => void fleet.stopIfRunning();
    process.exitCode = await fleet.run();
  } catch (error) {
    fail(sentenceOf(error));
  }
}

/**
 * Decides what runs, where, and with which settings.
 *
 * @param {import("./start-options.mjs").StartOptions} options
 * @returns {Promise<import("./fleet.mjs").FleetPlan | { problem: string }>}
 */
async function planFleet(options) {
  const given = configFile(options);
  if (given !== null && options.nodes > 1) {
    return {
      problem: `--nodes is for trying a cluster on one machine, but ${given} is in use: start each node by itself`,
    };
  }
  const embedded = given === null ? ensureEmbeddedConfig(root, options.data) : null;
  const file = given ?? embedded?.file ?? "";
  const address = await readListenAddress(file, process.env);
  const firstPort = options.port ?? address?.port ?? 0;
  const problem = address === null ? null : await portProblem(address.host, firstPort, options.nodes);
  if (problem !== null) return { problem };
  const nodes = Array.from({ length: options.nodes }, (_, index) => {
    const port = firstPort + index;
    return { port, env: { ...process.env, ...nodeSettings(port, options) } };
  });
  return { root, configFile: file, nodes, readDetails: () => readDetails(file, nodes, options, embedded) };
}

/**
 * What is needed once the nodes answer; read while they start.
 *
 * @param {string} file
 * @param {readonly { env: NodeJS.ProcessEnv }[]} nodes
 * @param {import("./start-options.mjs").StartOptions} options
 * @param {ReturnType<typeof ensureEmbeddedConfig> | null} embedded
 * @returns {Promise<import("./fleet.mjs").FleetDetails>}
 */
async function readDetails(file, nodes, options, embedded) {
  /** @type {typeof import("../../src/config/load-config.js")} */
  const { loadConfig } = await import(pathToFileURL(path.join(root, "dist/config/load-config.js")).href);
  const reachable = nodes.map(({ env }) => {
    const { server, ssl } = loadConfig({ file, env });
    const certFile = ssl.cert_file === undefined ? undefined : path.resolve(root, ssl.cert_file);
    return { server, ...localAddress({ host: server.host, port: server.port, certFile }) };
  });
  const urls = reachable.map(({ url }) => url);
  const [first] = reachable;
  const agentEnv = options.agent && first !== undefined ? agentSettings(first, urls, embedded) : null;
  return { urls, agentEnv, welcome: welcome(urls, embedded) };
}

/** @param {import("./start-options.mjs").StartOptions} options */
function configFile({ config, data }) {
  if (config !== undefined) return path.resolve(config);
  if (data !== undefined) return null;
  if (process.env.FLEET_CONFIG) return path.resolve(process.env.FLEET_CONFIG);
  const usual = path.join(root, "config.yaml");
  return existsSync(usual) ? usual : null;
}

/**
 * Settings for one node on top of the file that all share.
 *
 * @param {number} port
 * @param {import("./start-options.mjs").StartOptions} options
 * @returns {NodeJS.ProcessEnv}
 */
function nodeSettings(port, options) {
  if (options.nodes === 1) return options.port === undefined ? {} : { FLEET_SERVER__PORT: String(port) };
  return {
    FLEET_SERVER__PORT: String(port),
    FLEET_CLUSTER__ENABLED: "true",
    FLEET_CLUSTER__BACKEND: "file",
    FLEET_SESSIONS__BACKEND: "file",
    // Their lines go through this script, which tells the nodes apart; the nodes themselves see no terminal.
    ...(process.stdout.isTTY && !process.env.FLEET_LOGGING__FORMAT ? { FLEET_LOGGING__FORMAT: "pretty" } : {}),
  };
}

/**
 * Settings for the agent: by environment, because every user of the machine can read arguments.
 *
 * @param {{ server: { api_key: readonly string[], encryption_key: readonly string[] }, caFile: string | null }} node
 * @param {readonly string[]} urls
 * @param {ReturnType<typeof ensureEmbeddedConfig> | null} embedded
 * @returns {NodeJS.ProcessEnv}
 */
function agentSettings({ server, caFile }, urls, embedded) {
  // Beside the fleet's own data: an agent that is installed on this machine reports to another fleet, and keeps its own reports.
  const data = embedded === null ? path.join(root, "data") : path.dirname(embedded.file);
  /** @type {NodeJS.ProcessEnv} */
  const env = { FLEET_AGENT_INTERVAL: "5", FLEET_AGENT_STATE_DIR: path.join(data, "agent"), ...process.env };
  delete env.FLEET_AGENT_API_KEY_FILE;
  delete env.FLEET_AGENT_ENCRYPTION_KEY_FILE;
  return {
    ...env,
    FLEET_AGENT_SERVER: urls.join(","),
    FLEET_AGENT_API_KEY: server.api_key[0],
    FLEET_AGENT_ENCRYPTION_KEY: server.encryption_key[0] ?? "",
    FLEET_AGENT_CA_FILE: caFile ?? "",
  };
}

/**
 * What a newcomer needs to know once the server answers.
 *
 * @param {readonly string[]} urls
 * @param {ReturnType<typeof ensureEmbeddedConfig> | null} embedded
 */
function welcome(urls, embedded) {
  const lines = ["", `  Fleet Server answers at  ${urls.join("  ")}`];
  if (embedded !== null) {
    const place = path.relative(process.cwd(), embedded.file) || embedded.file;
    lines.push(`  User name                ${embedded.username}`);
    lines.push(
      embedded.created
        ? `  Password                 ${embedded.password}   (shown this once; kept in ${place} as web_password)`
        : `  Password                 yours; the first one is in ${place}`,
    );
  }
  return `${lines.join("\n")}\n\n`;
}

/** @param {string} message */
function fail(message) {
  console.error(`\n${message}`);
  process.exitCode = 1;
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof SetupError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const known = explainFailure(error.message);
  return known ? `${error.message}\n${known.problem} ${known.fix}` : (error.stack ?? error.message);
}
