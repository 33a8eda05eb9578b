import { installServers } from "./servers.mjs";

/**
 * One step of a script: installs what is missing, or says that nothing is. Throws SetupError with the command to type where
 * it cannot be installed.
 *
 * @param {string} root the checkout
 * @param {import("../setup/progress.mjs").Progress} progress
 * @param {readonly import("./servers.mjs").Server[]} missing
 */
export async function provideServers(root, progress, missing) {
  if (missing.length === 0) {
    progress.say("Servers are installed");
    return;
  }
  const step = progress.begin(`Installing ${missing.map(({ command }) => command).join(", ")}`);
  try {
    await installServers(root, missing, (note) => step.note(note));
    step.done();
  } catch (error) {
    step.failed();
    throw error;
  }
}
