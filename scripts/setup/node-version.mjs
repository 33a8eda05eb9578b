// This file and the two entry scripts are read by whatever Node.js is installed, so they use no syntax newer than 2019.

const OLDEST_MAJOR = 20;
const OLDEST_MINOR = 19;

/**
 * The sentence to print when this Node.js is too old, or null when it will do.
 *
 * @param {string} version as in process.version, "v20.19.0"
 * @returns {string | null}
 */
export function nodeVersionProblem(version) {
  const parts = version.replace(/^v/, "").split(".").map(Number);
  const major = parts[0] || 0;
  const minor = parts[1] || 0;
  if (major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR)) return null;
  return (
    "Fleet Server needs Node.js " +
    OLDEST_MAJOR +
    "." +
    OLDEST_MINOR +
    " or newer, but this is " +
    version +
    ".\nInstall a current release from https://nodejs.org (with nvm: nvm install --lts), then run the same command again."
  );
}
