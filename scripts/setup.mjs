import { build, buildIsCurrent } from "./setup/build.mjs";
import { dependenciesAreCurrent, installDependencies } from "./setup/dependencies.mjs";
import { takeSetupLock } from "./setup/setup-lock.mjs";

/** How many of the caller's progress lines `setUp` uses. */
export const SETUP_STEPS = 4;

/**
 * Makes a fresh checkout runnable: dependencies, their compiled parts, the build. What is done already is recognised in
 * milliseconds. Throws SetupError, whose message names the fix.
 *
 * @param {string} root the checkout
 * @param {import("./setup/progress.mjs").Progress} progress
 * @param {() => Promise<void>} onceBuilt what needs the build, but not the compiled parts, which may still be compiled
 */
export async function setUp(root, progress, onceBuilt = () => Promise.resolve()) {
  progress.say(`Node.js ${process.version}`);
  // Without work to do there is nothing to write, so that a checkout can also be run by somebody who may only read it.
  if (dependenciesAreCurrent(root) && buildIsCurrent(root)) {
    sayDependenciesAreCurrent(progress);
    sayBuildIsCurrent(progress);
    return onceBuilt();
  }
  const release = await takeSetupLock(root, (owner, folder) => {
    const who = owner === null ? "Another process" : `Process ${owner.pid} on ${owner.host}`;
    process.stdout.write(`${who} is setting this folder up; waiting for it. (If there is none, delete ${folder})\n`);
  });
  try {
    const compile = await provideDependencies(root, progress);
    const others = async () => {
      if (buildIsCurrent(root)) sayBuildIsCurrent(progress);
      else await asStep(progress, "Building", () => build(root));
      await onceBuilt();
    };
    // Neither is ended because the other failed: what has been compiled need not be compiled again.
    const outcomes = await Promise.allSettled([compile(), others()]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  } finally {
    release();
  }
}

/**
 * Resolves with what compiles the parts that need it.
 *
 * @param {string} root
 * @param {import("./setup/progress.mjs").Progress} progress
 * @returns {Promise<() => Promise<void>>}
 */
async function provideDependencies(root, progress) {
  if (dependenciesAreCurrent(root)) {
    sayDependenciesAreCurrent(progress);
    return () => Promise.resolve();
  }
  const compile = await asStep(progress, "Installing dependencies", () => installDependencies(root));
  if (compile !== null) return () => asStep(progress, "Compiling dependencies", compile);
  sayPartsAreCompiled(progress);
  return () => Promise.resolve();
}

/** @param {import("./setup/progress.mjs").Progress} progress */
function sayPartsAreCompiled(progress) {
  progress.say("Compiled parts are up to date");
}

/** @param {import("./setup/progress.mjs").Progress} progress */
function sayDependenciesAreCurrent(progress) {
  progress.say("Dependencies are up to date");
  sayPartsAreCompiled(progress);
}

/** @param {import("./setup/progress.mjs").Progress} progress */
function sayBuildIsCurrent(progress) {
  progress.say("Build is up to date");
}

/**
 * @template T
 * @param {import("./setup/progress.mjs").Progress} progress
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function asStep(progress, title, work) {
  const step = progress.begin(title);
  try {
    const result = await work((text) => step.note(text));
    step.done();
    return result;
  } catch (error) {
    step.failed();
    throw error;
  }
}
