import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./error-code.mjs";
import { openWorkshop } from "./workshop.mjs";

const POLL_MS = 300;
// Between making the folder and writing its owner into it lies no waiting; whoever died there left it behind.
const OWNERLESS_MS = 10_000;

/**
 * @typedef {object} Owner
 * @property {number} pid
 * @property {string} host
 * @property {string | null} startedAt when the process was born, so that a reused number is not taken for it
 */

/**
 * Waits until no other set-up works in this checkout, and keeps others waiting until `release` is called or this process
 * ends. A lock whose owner has died is taken over.
 *
 * @param {string} root the checkout
 * @param {(owner: Owner | null, lockFolder: string) => void} onWait called once, if there is somebody to wait for
 * @returns {Promise<() => void>} release
 */
export async function takeSetupLock(root, onWait) {
  const lock = path.join(openWorkshop(root), "lock");
  let waiting = false;
  while (!tryToTake(lock)) {
    if (takeOverIfAbandoned(lock)) continue;
    if (!waiting) onWait(readOwner(lock), lock);
    waiting = true;
    await sleep(POLL_MS);
  }
  const release = () => {
    process.off("exit", release);
    rmSync(lock, { recursive: true, force: true });
  };
  process.on("exit", release);
  return release;
}

/** @param {string} lock */
function tryToTake(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  /** @type {Owner} */
  const owner = { pid: process.pid, host: hostname(), startedAt: birthOf(process.pid) };
  writeFileSync(path.join(lock, "owner"), JSON.stringify(owner));
  return true;
}

/**
 * Two that find the same dead owner must not both remove the lock: the second would remove the first one's new lock. So
 * the judging and the removing happen under a guard that only one can hold, and without waiting in between.
 *
 * @param {string} lock
 */
function takeOverIfAbandoned(lock) {
  if (!isAbandoned(lock)) return false;
  const guard = `${lock}-guard`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if (ageMs(guard) > OWNERLESS_MS) rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return true;
  } finally {
    rmdirSync(guard);
  }
}

/** @param {string} lock */
function isAbandoned(lock) {
  const owner = readOwner(lock);
  if (owner === null) return ageMs(lock) > OWNERLESS_MS;
  // Nothing can be known about a process of another machine that shares the folder.
  if (owner.host !== hostname()) return false;
  return !isAlive(owner.pid) || birthOf(owner.pid) !== owner.startedAt;
}

/**
 * @param {string} lock
 * @returns {Owner | null}
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(path.join(lock, "owner"), "utf8"));
  } catch {
    return null;
  }
}

/** @param {string} folder */
function ageMs(folder) {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/**
 * The start time of a process in clock ticks since boot: field 22 of /proc/<pid>/stat, see proc(5). null off Linux.
 *
 * @param {number} pid
 */
function birthOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
