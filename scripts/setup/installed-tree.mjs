/**
 * @typedef {object} Package
 * @property {string} [version]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 *
 * @typedef {{ packages?: Record<string, Package> }} Lock
 */

/**
 * Whether an installation made with npm itself has every package that the lock file names, in that version. Packages for
 * other platforms may be missing.
 *
 * @param {Lock} lock package-lock.json
 * @param {Lock} installed what npm wrote about the installation, node_modules/.package-lock.json
 */
export function treeMatchesLock(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([place, wanted]) => {
    if (!place.includes("node_modules/")) return true;
    const found = installed.packages?.[place];
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.link === wanted.link;
  });
}
