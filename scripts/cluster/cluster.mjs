import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { databaseUrl, makeSecrets } from "../secrets/make-secrets.mjs";
import { SETUP_STEPS, setUp } from "../setup.mjs";
import { signalAllChildren } from "../setup/child-processes.mjs";
import { whenNpmIsGone } from "../setup/parent-watch.mjs";
import { Progress } from "../setup/progress.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { portProblem } from "../start/port-check.mjs";
import { assertInstalled, serverPath } from "../test/servers.mjs";
import { parseClusterOptions, usage } from "./cluster-options.mjs";
import { haproxyPart } from "./haproxy.mjs";
import { nginxPart } from "./nginx.mjs";
import { nodeParts } from "./node-parts.mjs";
import { placesOf, PORTS } from "./places.mjs";
import { isReachable, postgresPart } from "./postgres.mjs";
import { redisPart } from "./redis.mjs";
import { Stages } from "./stages.mjs";
import { agentPart, prometheusPart } from "./watchers.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STOP_SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
const NODE_STAGE = 1;
// For root alone: PostgreSQL's own user must get to its data, and gets nowhere below a closed home folder.
const ROOTS_FOLDER = "/var/lib/fleet-server-cluster";

/**
 * `npm run cluster`: sets up, then runs the topology of docker-compose.yml as local processes until it is told to stop.
 *
 * @param {readonly string[]} args
 */
export async function cluster(args) {
  const parsed = parseClusterOptions(args);
  if ("problem" in parsed) return fail(parsed.problem);
  const { options } = parsed;
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const running = { stop: giveUp, stopOnce: giveUp };
  for (const signal of STOP_SIGNALS) process.on(signal, () => running.stop());
  whenNpmIsGone(() => running.stopOnce());
  try {
    assertInstalled(programsOf(options));
    const progress = new Progress(SETUP_STEPS + 1);
    await setUp(root, progress);
    const problem = await portProblem("127.0.0.1", options.port, PORTS, "npm run cluster");
    if (problem !== null) return fail(problem);
    progress.say(`Starting Redis, PostgreSQL, three nodes and ${options.nginx ? "nginx" : "HAProxy"}`);
    const places = placesOf(root, dataFolder(options.data), options.port);
    const stages = new Stages(places.logs, serverPath());
    running.stop = () => void stages.stop();
    running.stopOnce = () => void (stages.isStopping || stages.stop());
    process.exitCode = await run(options, places, stages);
  } catch (error) {
    fail(sentenceOf(error));
  }
}

/** While nothing runs yet that would have to be ended in order. */
function giveUp() {
  signalAllChildren("SIGTERM");
  process.exit(130);
}

/**
 * @param {import("./cluster-options.mjs").ClusterOptions} options
 * @param {import("./places.mjs").Places} places
 * @param {Stages} stages
 * @returns {Promise<number>} the exit code, once everything has ended
 */
async function run({ nginx, prometheus, agent }, places, stages) {
  const made = provideFiles(places);
  try {
    await stages.start([redisPart(places), postgresPart(places, serverPath())]);
    await stages.start(nodeParts(places, nginx ? "nginx" : "haproxy"));
    await stages.start([nginx ? nginxPart(places) : haproxyPart(places)]);
    await stages.start([...(prometheus ? [prometheusPart(places)] : []), ...(agent ? [agentPart(places)] : [])]);
    if (!stages.isStopping) process.stdout.write(welcome(places, made, prometheus));
    // Whatever else ends may be missed on purpose: that is what a cluster is for.
    await stages.ended(NODE_STAGE);
    return stages.isStopping ? 0 : 1;
  } finally {
    await stages.stop();
  }
}

/** @param {import("./cluster-options.mjs").ClusterOptions} options */
function programsOf({ nginx, prometheus }) {
  const proxy = nginx ? "nginx" : "haproxy";
  return ["redis-server", "postgres", proxy, "openssl", ...(prometheus ? ["prometheus"] : [])];
}

/**
 * Makes the folder, and that PostgreSQL's own user may pass through it; what is in it stays private.
 *
 * @param {string | undefined} asked
 */
function dataFolder(asked) {
  const folder = asked === undefined ? path.join(root, "data", "cluster") : path.resolve(asked);
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  mkdirSync(folder, { recursive: true, mode: passable });
  chmodSync(folder, passable);
  if (isReachable(folder)) return folder;
  if (asked !== undefined) {
    throw new SetupError(
      `PostgreSQL does not run as root, and its user postgres may not enter ${folder}.\nChoose another folder: npm run cluster -- --data ${ROOTS_FOLDER}`,
    );
  }
  mkdirSync(ROOTS_FOLDER, { recursive: true, mode: passable });
  chmodSync(ROOTS_FOLDER, passable);
  return ROOTS_FOLDER;
}

/**
 * @param {import("./places.mjs").Places} places
 * @returns {readonly string[]} the names of the secrets that are new
 */
function provideFiles({ logs, secrets, secret, postgresPort }) {
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const databaseHost = `127.0.0.1:${postgresPort}`;
  const made = makeSecrets(secrets, { databaseHost, mode: 0o600 });
  // The port is another one at each --port.
  const password = readFileSync(secret("postgres_password.txt"), "utf8").trim();
  writeFileSync(secret("db_url.txt"), `${databaseUrl(password, databaseHost)}\n`, { mode: 0o600 });
  return made;
}

/**
 * What a newcomer needs to know once everything answers.
 *
 * @param {import("./places.mjs").Places} places
 * @param {readonly string[]} made
 * @param {boolean} prometheus
 */
function welcome({ httpsPort, nodes, redisPort, postgresPort, prometheusPort, folder, secret }, made, prometheus) {
  const shown = (/** @type {string} */ file) => {
    const relative = path.relative(process.cwd(), file);
    return relative === "" || relative.startsWith("..") ? file : relative;
  };
  const password = made.includes("web_password.txt")
    ? `${readFileSync(secret("web_password.txt"), "utf8").trim()}   (shown this once; kept in ${shown(secret("web_password.txt"))})`
    : `yours; the first one is in ${shown(secret("web_password.txt"))}`;
  const others = [
    `Redis ${redisPort}, PostgreSQL ${postgresPort}`,
    ...(prometheus ? [`Prometheus ${prometheusPort}`] : []),
  ];
  return `
  The cluster answers at   https://localhost:${httpsPort}
  User name                admin
  Password                 ${password}
  Certificate              ${shown(secret("tls_cert.pem"))}   (it signed itself: browsers ask once)
  Nodes                    ${nodes.map(({ name, port }) => `${name} ${port}`).join(", ")}
  Beside them              ${others.join(", ")}
  Data and logs            ${shown(folder)}

`;
}

/**
 * The system's own words name the file; a whole error is for what only a developer can mend.
 *
 * @param {unknown} error
 */
function sentenceOf(error) {
  if (!(error instanceof Error)) return String(error);
  const bySystem = "code" in error && /^E[A-Z]+$/.test(String(error.code));
  return error instanceof SetupError || bySystem ? error.message : (error.stack ?? error.message);
}

/** @param {string} message */
function fail(message) {
  console.error(`\n${message}`);
  process.exitCode = 1;
}
