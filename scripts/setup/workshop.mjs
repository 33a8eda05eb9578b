import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * The folder where the set-up keeps its logs and its lock. It tells git to ignore it, whatever is in it.
 *
 * @param {string} root the checkout
 */
export function openWorkshop(root) {
  const folder = path.join(root, ".setup");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, ".gitignore"), "*\n");
  return folder;
}

/**
 * An empty log file of that name.
 *
 * @param {string} root
 * @param {string} name
 */
export function newLog(root, name) {
  const file = path.join(openWorkshop(root), name);
  rmSync(file, { force: true });
  return file;
}
