const INTERVAL_MS = 500;

/**
 * Calls back when npm, which started this script, is gone. npm passes SIGTERM to the shell that it started the script with,
 * and most shells end without passing it on.
 *
 * @param {() => void} onGone
 */
export function whenNpmIsGone(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}
