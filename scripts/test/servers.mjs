import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runLogged } from "../setup/child-processes.mjs";
import { explainFailure } from "../setup/explain-failure.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { newLog } from "../setup/workshop.mjs";

/**
 * @typedef {object} Server
 * @property {string} command
 * @property {string} apt the Debian package that holds it
 * @property {string} brew the Homebrew package
 */

/** Programs that the tests run as real processes, or ask for their opinion of a file. @type {readonly Server[]} */
const servers = [
  { command: "redis-server", apt: "redis-server", brew: "redis" },
  { command: "postgres", apt: "postgresql", brew: "postgresql" },
  { command: "haproxy", apt: "haproxy", brew: "haproxy" },
  { command: "nginx", apt: "nginx", brew: "nginx" },
  { command: "chromium", apt: "chromium", brew: "chromium" },
  // With promtool, which checks and tests what Prometheus is given.
  { command: "prometheus", apt: "prometheus", brew: "prometheus" },
  { command: "openssl", apt: "openssl", brew: "openssl" },
  // With the library of the same name, which sets a process's clock off.
  { command: "faketime", apt: "faketime", brew: "libfaketime" },
  { command: "docker-compose", apt: "docker-compose", brew: "docker-compose" },
  { command: "systemd-analyze", apt: "systemd", brew: "systemd" },
];

// Servers are often installed where only root's PATH looks.
const EXTRA_FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/opt/homebrew/bin",
];
// Debian keeps the programs of each PostgreSQL version apart.
const POSTGRES_VERSIONS = "/usr/lib/postgresql";
const POLICY_FILE = "/usr/sbin/policy-rc.d";
const APT_OPTIONS = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2"];

/**
 * PATH with the folders where servers live, for whoever starts them.
 *
 * @param {string} [searchPath]
 */
export function serverPath(searchPath = process.env.PATH ?? "") {
  const folders = searchPath.split(path.delimiter).filter((folder) => folder !== "");
  return [...new Set([...folders, ...EXTRA_FOLDERS, ...postgresFolders()])].join(path.delimiter);
}

/** The newest version first. */
function postgresFolders() {
  if (!existsSync(POSTGRES_VERSIONS)) return [];
  return readdirSync(POSTGRES_VERSIONS)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => path.join(POSTGRES_VERSIONS, version, "bin"));
}

/**
 * Those of the needed servers that are not installed.
 *
 * @param {string} searchPath
 */
export function missingServers(searchPath) {
  return servers.filter(({ command }) => !isInstalled(command, searchPath));
}

/**
 * Throws SetupError with a list, and the command that installs them, where one of these is not installed.
 *
 * @param {readonly string[]} commands
 */
export function assertInstalled(commands) {
  const searchPath = serverPath();
  const missing = commands
    .filter((command) => !isInstalled(command, searchPath))
    .map((command) => servers.find((server) => server.command === command) ?? { command, apt: command, brew: command });
  if (missing.length > 0) throw new SetupError(missingMessage(missing, isInstalled("apt-get", searchPath)));
}

/**
 * @param {string} command
 * @param {string} searchPath
 */
function isInstalled(command, searchPath) {
  return searchPath.split(path.delimiter).some((folder) => isProgram(path.join(folder, command)));
}

/**
 * Installs them where that is possible: as root on Debian and its relatives. Throws SetupError with the command to type
 * elsewhere. Services that come with the packages are not started.
 *
 * @param {string} root the checkout
 * @param {readonly Server[]} missing
 * @param {(note: string) => void} note
 */
export async function installServers(root, missing, note) {
  const searchPath = serverPath();
  const aptGet = searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, "apt-get"))
    .find(isProgram);
  if (aptGet === undefined || process.getuid?.() !== 0)
    throw new SetupError(missingMessage(missing, aptGet !== undefined));
  const logFile = newLog(root, "servers.log");
  const env = { ...process.env, PATH: searchPath, DEBIAN_FRONTEND: "noninteractive" };
  const packages = missing.map(({ apt }) => apt);
  const allowStart = forbidServiceStart();
  try {
    for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...packages]]) {
      note(`apt-get ${args[0]}`);
      const result = await runLogged(aptGet, [...APT_OPTIONS, ...args], { cwd: root, logFile, env });
      if (result.code !== 0) throw aptError(packages, result.output, logFile);
    }
  } finally {
    allowStart();
  }
}

/**
 * Debian starts a server as soon as it is installed, unless this script says no (invoke-rc.d(8)). One that is there
 * already is somebody's decision and stays.
 *
 * @returns {() => void} removes it again
 */
function forbidServiceStart() {
  if (existsSync(POLICY_FILE)) return () => undefined;
  writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  const remove = () => {
    process.off("exit", remove);
    rmSync(POLICY_FILE, { force: true });
  };
  process.on("exit", remove);
  return remove;
}

/**
 * @param {readonly Server[]} missing
 * @param {boolean} hasApt
 */
function missingMessage(missing, hasApt) {
  const list = missing.map(({ command }) => command).join(", ");
  const apt = `apt-get install --no-install-recommends ${missing.map((server) => server.apt).join(" ")}`;
  const fix =
    process.platform === "darwin"
      ? `brew install ${missing.map(({ brew }) => brew).join(" ")}`
      : hasApt
        ? `sudo ${apt}`
        : `the package manager of this system (on Debian: ${apt})`;
  return `This needs programs that are not installed: ${list}\nInstall them with ${fix}`;
}

/**
 * @param {readonly string[]} packages
 * @param {string} output
 * @param {string} logFile
 */
function aptError(packages, output, logFile) {
  const unreachable = /Could not resolve|Could not connect|Temporary failure resolving|Connection timed out/.test(
    output,
  );
  const why = unreachable
    ? "The package mirror cannot be reached: check the network and /etc/apt."
    : (explainFailure(output)?.problem ?? output.trimEnd().split("\n").slice(-8).join("\n"));
  return new SetupError(`apt-get could not install ${packages.join(", ")}. ${why}\nThe whole output is in ${logFile}`);
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
