import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { undoAll } from "../../bench/support/started.mjs";
import { waitForRollUps } from "../../bench/support/wait-for-roll-ups.mjs";
import { SETUP_STEPS, setUp } from "../setup.mjs";
import { signalAllChildren } from "../setup/child-processes.mjs";
import { whenNpmIsGone } from "../setup/parent-watch.mjs";
import { Progress } from "../setup/progress.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { provideServers } from "../test/provide-servers.mjs";
import { Camera } from "./camera.mjs";
import { startCluster } from "./cluster.mjs";
import { fillHistory } from "./fill-history.mjs";
import { missingForPictures } from "./needs.mjs";
import { Past } from "./past.mjs";
import { liveThrough } from "./people.mjs";
import { pictures } from "./pictures.mjs";
import { joined, makeFleet, offline } from "./plausible-fleet.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.join(root, "docs/images");
const DAY_MS = 86_400_000;
/** Until the rate of reports has settled, and those that are late are late. */
const RUN_FOR_MS = 100_000;

/** `npm run screenshots`: a picture of every page of a cluster that watches 2,000 machines, into docs/images. */
export async function screenshots() {
  const stop = async () => {
    signalAllChildren("SIGTERM");
    await undoAll();
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void stop());
  whenNpmIsGone(() => void stop());
  const progress = new Progress(SETUP_STEPS + 6);
  try {
    await setUp(root, progress);
    await provideServers(root, progress, missingForPictures());
    await take(progress);
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  } finally {
    await undoAll();
  }
}

/** @param {Progress} progress */
async function take(progress) {
  const cluster = await asStep(progress, "Starting three nodes behind HAProxy", () => startCluster(root));
  const { url, dbPath, nodes } = cluster;
  const past = new Past(dbPath);
  const { machines, simulator } = makeFleet(url);
  try {
    await asStep(progress, "Living through some weeks", () => liveThrough(cluster, past));
    await asStep(progress, `Filling the history of ${machines.length} machines`, async () => {
      await fillHistory(nodes[0]?.url ?? url, machines);
      ageMachines(past, machines);
    });
    simulator.start();
    await asStep(progress, "Watching the fleet for a while", async () => {
      await sleep(RUN_FOR_MS);
      await waitForRollUps({ path: dbPath }, Date.now() - 10 * 60_000);
    });
    await asStep(progress, "Taking the pictures", () => takePictures(url));
  } finally {
    await simulator.stop();
    past.close();
  }
}

/**
 * @template T
 * @param {Progress} progress
 * @param {string} title
 * @param {() => Promise<T>} work
 */
async function asStep(progress, title, work) {
  const step = progress.begin(title);
  try {
    const result = await work();
    step.done();
    return result;
  } catch (error) {
    step.failed();
    throw error;
  }
}

/**
 * Machines have joined over more than a year, and some have been silent for a while.
 *
 * @param {Past} past
 * @param {readonly import("./plausible-machine.mjs").PlausibleMachine[]} machines
 */
function ageMachines(past, machines) {
  const nowMs = Date.now();
  past.together(() => {
    for (const { id, index } of machines) {
      const silentMs = offline.get(id);
      past.machine(id, {
        firstSeenMs: nowMs - (joined.get(id) ?? (2 + ((index * 37) % 400)) * DAY_MS),
        ...(silentMs === undefined ? {} : { lastSeenMs: nowMs - silentMs }),
      });
    }
  });
}

/** @param {string} url */
async function takePictures(url) {
  mkdirSync(folder, { recursive: true });
  const camera = await Camera.at(url);
  await camera.takeAll(folder, pictures);
  if (camera.faults.length > 0) throw new Error(`The pages have faults:\n${camera.faults.join("\n")}`);
  const sizes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${sizes.length} pictures in docs/images, ${(total / 1e6).toFixed(1)} MB`);
}
