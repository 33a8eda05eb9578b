import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { runLogged } from "./child-processes.mjs";
import { explainFailure } from "./explain-failure.mjs";
import { treeMatchesLock } from "./installed-tree.mjs";
import { SetupError } from "./setup-error.mjs";
import { newLog } from "./workshop.mjs";

// These have compiled parts: that their files are there does not mean that they work on this machine.
const LOAD_NATIVE_MODULES =
  'new (require("better-sqlite3"))(":memory:").close(); require("@node-rs/argon2"); require("@swc/core");';

// npm asks for dozens of packages one after the other, and for each again and again: with its own patience it takes minutes
// to hear that there is no network.
const RETRIES = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];

/** @param {string} root */
const stampFile = (root) => path.join(root, "node_modules", ".fleet-setup-stamp");

/**
 * Whether node_modules is what package-lock.json asks for, on this Node.js and this platform.
 *
 * @param {string} root the checkout
 */
export function dependenciesAreCurrent(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), "utf8") === dependencyKey(root);
}

/**
 * Installs what is missing, in the versions of package-lock.json, all but their compiled parts: resolves with what compiles
 * these, or null where nothing was to be done. That takes minutes in which everything but the server can run. Both throw
 * SetupError with the fix.
 *
 * `npm install` and not `npm ci`: it keeps what is there already, above all what took minutes to compile, and it gets along
 * with a lock file that was written where the packages for other platforms could not be had.
 *
 * @param {string} root the checkout
 * @returns {Promise<null | ((note: (text: string) => void) => Promise<void>)>} its note is told what takes so long
 */
export async function installDependencies(root) {
  const logFile = newLog(root, "install.log");
  const modules = path.join(root, "node_modules");
  const unfinished = path.join(modules, ".fleet-setup-unfinished");
  assertLockAgrees(root);
  // After an installation that was cut off, npm takes half a package for a whole one; and it never looks whether the
  // compiled parts fit the Node.js that is used now.
  const sound = !existsSync(unfinished) && (await loadNativeModules(root, logFile)).code === 0;
  if (sound && wasInstalledByHand(root)) {
    writeStamp(root);
    return null;
  }

  const ping = await runNpm(root, logFile, ["ping", ...RETRIES]);
  if (explainFailure(ping.output)?.unreachable) throw installError(ping.output, logFile);
  if (!sound) rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  writeFileSync(unfinished, "");
  // NODE_ENV=production would leave out the compiler.
  const args = ["install", "--no-save", "--include=dev", "--ignore-scripts", "--no-progress", ...RETRIES];
  const result = await runNpm(root, logFile, args);
  if (result.code !== 0) throw installError(result.output, logFile);
  return async (note) => {
    await compile(root, logFile, note);
    writeStamp(root);
    rmSync(unfinished);
  };
}

/**
 * @param {string} root
 * @param {string} logFile
 * @param {(text: string) => void} note
 */
async function compile(root, logFile, note) {
  if ((await loadNativeModules(root, logFile)).code === 0) return;
  // Without foreground scripts a long compilation is silent.
  const result = await runNpm(root, logFile, ["rebuild", "--foreground-scripts", ...RETRIES], (line) => {
    const [, name] = /^> ((?:@[^@/ ]+\/)?[^@ ]+)@\S+ \w+$/.exec(line) ?? [];
    if (name) note(name);
  });
  if (result.code !== 0) throw installError(result.output, logFile);
  const loaded = await loadNativeModules(root, logFile);
  if (loaded.code !== 0) throw installError(loaded.output, logFile);
}

/**
 * @param {string} root
 * @param {string} logFile
 * @param {readonly string[]} args
 * @param {(line: string) => void} [onLine]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
async function runNpm(root, logFile, args, onLine = () => undefined) {
  const [npm, npmArgs] = npmCommand();
  try {
    return await runLogged(npm, [...npmArgs, ...args], { cwd: root, logFile, env: environment(), onLine });
  } catch (error) {
    return { code: 1, output: String(error) };
  }
}

/** @param {string} root */
function writeStamp(root) {
  writeFileSync(stampFile(root), dependencyKey(root));
}

/**
 * npm would follow package.json without a word, and everybody would get other versions.
 *
 * @param {string} root
 */
function assertLockAgrees(root) {
  const lock = readJson(path.join(root, "package-lock.json"));
  for (const { folder, ...wanted } of manifestsOf(root)) {
    const { dependencies, devDependencies, optionalDependencies } = lock.packages[folder] ?? {};
    if (isDeepStrictEqual(wanted, { dependencies, devDependencies, optionalDependencies })) continue;
    throw new SetupError(
      `${path.join(folder, "package.json")} and package-lock.json do not agree on the dependencies.\n` +
        "Run npm install, which brings package-lock.json up to date, and commit both.",
    );
  }
}

/**
 * What the package and its workspaces depend on.
 *
 * @param {string} root
 */
function manifestsOf(root) {
  /** @type {string[]} */
  const workspaces = readJson(path.join(root, "package.json")).workspaces ?? [];
  return ["", ...workspaces].map((folder) => {
    const { dependencies, devDependencies, optionalDependencies } = readJson(path.join(root, folder, "package.json"));
    return { folder, dependencies, devDependencies, optionalDependencies };
  });
}

/**
 * Everything that the content of node_modules follows from.
 *
 * @param {string} root
 */
function dependencyKey(root) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(manifestsOf(root)));
  hash.update(readFileSync(path.join(root, "package-lock.json")));
  hash.update([process.versions.modules, process.platform, process.arch].join());
  return hash.digest("hex");
}

/** @param {string} root */
function wasInstalledByHand(root) {
  const installed = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  return treeMatchesLock(readJson(path.join(root, "package-lock.json")), readJson(installed));
}

/**
 * @param {string} root
 * @param {string} logFile
 */
function loadNativeModules(root, logFile) {
  return runLogged(process.execPath, ["-e", LOAD_NATIVE_MODULES], { cwd: root, logFile });
}

/**
 * npm as a program of its own, or the one that this script was started by.
 *
 * @returns {[command: string, args: string[]]}
 */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return [process.execPath, [script]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

/** The headers that came with Node.js, if they did, save node-gyp a download. */
function environment() {
  const prefix = path.resolve(process.execPath, "../..");
  const header = path.join(prefix, "include", "node", "node_version.h");
  if (process.env.npm_config_nodedir || !existsSync(header)) return process.env;
  const text = readFileSync(header, "utf8");
  const [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"].map(
    (part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1],
  );
  return `v${major}.${minor}.${patch}` === process.version
    ? { ...process.env, npm_config_nodedir: prefix }
    : process.env;
}

/**
 * @param {string} output
 * @param {string} logFile
 */
function installError(output, logFile) {
  const known = explainFailure(output);
  const why = known ? `${known.problem}\n${known.fix}` : `npm said:\n${lastLines(output)}`;
  return new SetupError(`The dependencies could not be installed. ${why}\nThe whole output is in ${logFile}`);
}

/** @param {string} output */
function lastLines(output) {
  return output
    .trimEnd()
    .split("\n")
    .slice(-15)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
