import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runLogged } from "./child-processes.mjs";
import { buildDashboard, dashboardIsCurrent, filesBelow } from "./dashboard.mjs";
import { SetupError } from "./setup-error.mjs";
import { newLog } from "./workshop.mjs";

/**
 * @typedef {object} Project
 * @property {string} config its tsconfig, from the checkout
 * @property {string} sources
 * @property {string} output
 */

/** @type {readonly Project[]} */
const projects = [
  { config: "tsconfig.build.json", sources: "src", output: "dist" },
  { config: "agent/tsconfig.json", sources: "agent/src", output: "agent/dist" },
];

const MAX_SHOWN_LINES = 40;

/**
 * Whether everything built was built from the sources that are there now.
 *
 * @param {string} root the checkout
 */
export function buildIsCurrent(root) {
  return projects.every((project) => isCurrent(root, project)) && dashboardIsCurrent(root);
}

/**
 * Compiles what has changed and removes what was built from sources that are gone. Throws SetupError with the compiler's
 * messages when the sources have mistakes.
 *
 * @param {string} root the checkout
 */
export async function build(root) {
  const logFile = newLog(root, "build.log");
  const outdated = projects.filter((project) => !isCurrent(root, project));
  const results = await Promise.all([
    ...outdated.map((project) => compile(root, project, logFile)),
    buildDashboard(root),
  ]);
  const messages = results.join("");
  if (messages === "") return;
  const lines = messages.trimEnd().split("\n");
  const more = lines.length > MAX_SHOWN_LINES ? `\n... and ${lines.length - MAX_SHOWN_LINES} more lines` : "";
  throw new SetupError(
    `The sources could not be compiled:\n${lines.slice(0, MAX_SHOWN_LINES).join("\n")}${more}\nThe whole output is in ${logFile}`,
  );
}

/**
 * @param {string} root
 * @param {Project} project
 */
const stampFile = (root, project) => path.join(root, project.output, ".build-stamp");

/**
 * @param {string} root
 * @param {Project} project
 */
function isCurrent(root, project) {
  const stamp = stampFile(root, project);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === buildKey(root, project) &&
    sourcesOf(root, project).every((source) => existsSync(path.join(root, project.output, builtName(source))))
  );
}

/**
 * @param {string} root
 * @param {Project} project
 * @param {string} logFile
 * @returns {Promise<string>} the compiler's messages, nothing when all is well
 */
async function compile(root, project, logFile) {
  const output = path.join(root, project.output);
  const key = buildKey(root, project);
  rmSync(stampFile(root, project), { force: true });
  const sources = sourcesOf(root, project);
  // The compiler's notes say what it wrote, not what is still there.
  if (!sources.every((source) => existsSync(path.join(output, builtName(source))))) {
    rmSync(path.join(output, ".tsbuildinfo"), { force: true });
  }
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const result = await runLogged(process.execPath, [compiler, "-p", project.config, "--pretty", "false"], {
    cwd: root,
    logFile,
  });
  if (result.code !== 0) return result.output || `The compiler ended with ${result.signal ?? result.code}\n`;
  mkdirSync(output, { recursive: true });
  removeStale(output, new Set(sources.map(builtName)));
  writeFileSync(stampFile(root, project), key);
  return "";
}

/**
 * Everything that the output follows from.
 *
 * @param {string} root
 * @param {Project} project
 */
function buildKey(root, project) {
  const hash = createHash("sha256");
  const typescript = JSON.parse(readFileSync(path.join(root, "node_modules/typescript/package.json"), "utf8"));
  hash.update(typescript.version);
  const sources = sourcesOf(root, project).map((source) => path.join(project.sources, source));
  for (const file of new Set(["tsconfig.json", project.config, ...sources])) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {Project} project
 */
function sourcesOf(root, project) {
  return filesBelow(path.join(root, project.sources)).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
}

/** @param {string} source */
function builtName(source) {
  return source.replace(/\.ts$/, ".js");
}

/**
 * A file that is left over from a source that was moved would still be found by whoever imports or globs it.
 *
 * @param {string} output
 * @param {ReadonlySet<string>} wanted
 */
function removeStale(output, wanted) {
  for (const file of filesBelow(output)) {
    const built = /^(.*\.js)(?:\.map)?$/.exec(file)?.[1];
    if (built === undefined || wanted.has(built)) continue;
    rmSync(path.join(output, file));
    removeEmptyFolders(output, path.dirname(file));
  }
}

/**
 * @param {string} output
 * @param {string} folder
 */
function removeEmptyFolders(output, folder) {
  if (folder === "." || readdirSync(path.join(output, folder)).length > 0) return;
  rmdirSync(path.join(output, folder));
  removeEmptyFolders(output, path.dirname(folder));
}
