import { build, buildIsCurrent } from "./setup/build.mjs";
import { dependenciesAreCurrent, installDependencies } from "./setup/dependencies.mjs";
import { takeSetupLock } from "./setup/setup-lock.mjs";

/** How many of the caller's progress lines `setUp` uses. */
export const SETUP_STEPS = 3;

/**
 * Makes a fresh checkout runnable: dependencies, then the build. What is done already is recognised in milliseconds. Throws
 * SetupError, whose message names the fix.
 *
 * @param {string} root the checkout
 * @param {import("./setup/progress.mjs").Progress} progress
 */
export async function setUp(root, progress) {
  progress.say(`Node.js ${process.version}`);
  // Without work to do there is nothing to write, so that a checkout can also be run by somebody who may only read it.
  if (dependenciesAreCurrent(root) && buildIsCurrent(root)) {
    sayDependenciesAreCurrent(progress);
    sayBuildIsCurrent(progress);
    return;
  }
  const release = await takeSetupLock(root, (owner, folder) => {
    const who = owner === null ? "Another process" : `Process ${owner.pid} on ${owner.host}`;
    process.stdout.write(`${who} is setting this folder up; waiting for it. (If there is none, delete ${folder})\n`);
  });
  try {
    if (dependenciesAreCurrent(root)) sayDependenciesAreCurrent(progress);
    else await asStep(progress, "Installing dependencies", (note) => installDependencies(root, note));
    if (buildIsCurrent(root)) sayBuildIsCurrent(progress);
    else await asStep(progress, "Building", () => build(root));
  } finally {
    release();
  }
}

/** @param {import("./setup/progress.mjs").Progress} progress */
function sayDependenciesAreCurrent(progress) {
  progress.say("Dependencies are up to date");
}

/** @param {import("./setup/progress.mjs").Progress} progress */
function sayBuildIsCurrent(progress) {
  progress.say("Build is up to date");
}

/**
 * @param {import("./setup/progress.mjs").Progress} progress
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<void>} work
 */
async function asStep(progress, title, work) {
  const step = progress.begin(title);
  try {
    await work((text) => step.note(text));
    step.done();
  } catch (error) {
    step.failed();
    throw error;
  }
}
