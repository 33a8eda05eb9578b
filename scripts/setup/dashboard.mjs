import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { runLogged } from "./child-processes.mjs";
import { newLog } from "./workshop.mjs";

/** What the web UI is built from, from its folder. */
const SOURCES = ["index.html", "package.json", "vite.config.ts", "public", "src"];
const COMPRESSED = /\.(?:js|css|svg|html)$/;
const STAMP = ".build-stamp";

/**
 * Whether the built web UI is that of the sources that are there now. A checkout without its sources needs none.
 *
 * @param {string} root the checkout
 */
export function dashboardIsCurrent(root) {
  const folder = path.join(root, "dashboard");
  if (!existsSync(path.join(folder, "index.html"))) return true;
  const stamp = path.join(folder, "dist", STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === dashboardKey(root);
}

/**
 * Builds the web UI, and beside each of its files what a browser is sent that takes gzip or Brotli.
 *
 * @param {string} root the checkout
 * @returns {Promise<string>} what went wrong, nothing when all is well
 */
export async function buildDashboard(root) {
  if (dashboardIsCurrent(root)) return "";
  const key = dashboardKey(root);
  const logFile = newLog(root, "build-dashboard.log");
  const vite = path.join(root, "node_modules", "vite", "bin", "vite.js");
  // It empties its output folder first.
  const result = await runLogged(process.execPath, [vite, "build", "dashboard", "--logLevel", "warn"], {
    cwd: root,
    logFile,
  });
  if (result.code !== 0) return result.output || `Vite ended with ${result.signal ?? result.code}\n`;
  const output = path.join(root, "dashboard", "dist");
  for (const file of filesBelow(output)) {
    if (!COMPRESSED.test(file) || file === "index.html") continue;
    const content = readFileSync(path.join(output, file));
    writeFileSync(path.join(output, `${file}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
    writeFileSync(path.join(output, `${file}.br`), brotliCompressSync(content));
  }
  writeFileSync(path.join(output, STAMP), key);
  return "";
}

/**
 * Everything that the output follows from.
 *
 * @param {string} root
 */
function dashboardKey(root) {
  const hash = createHash("sha256");
  const folder = path.join(root, "dashboard");
  const sources = SOURCES.flatMap((source) => {
    const inFolder = path.join(folder, source);
    return source.includes(".") ? [inFolder] : filesBelow(inFolder).map((file) => path.join(inFolder, file));
  });
  for (const file of [path.join(root, "package-lock.json"), ...sources]) {
    hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @returns {string[]} paths from there, sorted
 */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
