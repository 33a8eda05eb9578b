import { execFileSync } from "node:child_process";
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SetupError } from "../setup/setup-error.mjs";
import { databaseUrl } from "../secrets/make-secrets.mjs";

const USER = "postgres";
// As in docker-compose.yml, POSTGRES_INITDB_ARGS.
const INITDB = ["--encoding=UTF8", "--locale=C", "--data-checksums", "--auth=scram-sha-256", "--username=fleet"];

/**
 * PostgreSQL with the file of docker-compose.yml, but for the address; its data folder is made at the first start. It refuses
 * to run as root; then the user that its package made runs it.
 *
 * @param {import("./places.mjs").Places} places
 * @param {string} searchPath where its programs are
 * @returns {import("./part.mjs").Part}
 */
export function postgresPart({ root, folder, postgresPort, secret }, searchPath) {
  const home = path.join(folder, "postgres");
  const data = path.join(home, "data");
  const password = readFileSync(secret("postgres_password.txt"), "utf8").trim();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  giveToOwner(home);
  if (!existsSync(path.join(data, "PG_VERSION"))) makeDatabase(home, data, password, searchPath);
  const settings = path.join(home, "postgresql.conf");
  copyFileSync(path.join(root, "config/postgresql.conf"), settings);
  giveToOwner(settings);
  const place = {
    config_file: settings,
    listen_addresses: "127.0.0.1",
    port: postgresPort,
    unix_socket_directories: "",
  };
  const [command, args] = asOwner("postgres", [
    ...["-D", data],
    ...Object.entries(place).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  return {
    name: "postgres",
    command,
    args,
    cwd: home,
    // Clients are sent away; the other way it would wait for them to leave.
    stopSignal: "SIGINT",
    isReady: () => provideDatabase(password, postgresPort),
  };
}

/**
 * Whether PostgreSQL's own user gets to this folder. As root everything else would, too.
 *
 * @param {string} folder
 */
export function isReachable(folder) {
  if (!needsOwner()) return true;
  try {
    execFileSync("setpriv", [...OWNER_ARGS, "test", "-x", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} home
 * @param {string} data
 * @param {string} password
 * @param {string} searchPath
 */
function makeDatabase(home, data, password, searchPath) {
  // What was left by a start that was cut off is no database.
  rmSync(data, { recursive: true, force: true });
  const passwordFile = path.join(home, ".password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveToOwner(passwordFile);
  const [command, args] = asOwner("initdb", ["--pgdata", data, "--pwfile", passwordFile, ...INITDB]);
  try {
    execFileSync(command, args, {
      cwd: home,
      env: { ...process.env, PATH: searchPath },
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new SetupError(`PostgreSQL could not make its data folder ${data}:\n${output.trim()}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Whether the server answers; then it has the fleet's database, too.
 *
 * @param {string} password
 * @param {number} port
 */
async function provideDatabase(password, port) {
  const { default: pg } = await import("pg");
  const connectionString = databaseUrl(password, `127.0.0.1:${port}`).replace(/fleet$/, "postgres");
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'fleet'");
    if (rowCount === 0) await client.query("CREATE DATABASE fleet");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const OWNER_ARGS = [`--reuid=${USER}`, `--regid=${USER}`, "--clear-groups", "--"];

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
function asOwner(program, args) {
  if (!needsOwner()) return [program, [...args]];
  return ["setpriv", [...OWNER_ARGS, program, ...args]];
}

/** @param {string} file */
function giveToOwner(file) {
  if (!needsOwner()) return;
  const idOf = (/** @type {string} */ option) => Number(execFileSync("id", [option, USER], { encoding: "utf8" }));
  chownSync(file, idOf("-u"), idOf("-g"));
}

function needsOwner() {
  return process.getuid?.() === 0;
}
