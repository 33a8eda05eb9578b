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
  const step = async (/** @type {string} */ title, /** @type {() => Promise<void>} */ work) => {
    const running = progress.begin(title);
    await work().catch((/** @type {unknown} */ error) => {
      running.failed();
      throw error;
    });
    running.done();
  };
  /** @type {import("./cluster.mjs").Cluster | undefined} */
  let cluster;
  await step("Starting three nodes behind HAProxy", async () => {
    cluster = await startCluster(root);
  });
  if (!cluster) return;
  const { url, dbPath, nodes } = cluster;
  const past = new Past(dbPath);
  const { machines, simulator } = makeFleet(url);
  try {
    await step("Living through some weeks", () => liveThrough({ url, dbPath, nodes }, past));
    await step(`Filling the history of ${machines.length} machines`, async () => {
      await fillHistory(nodes[0]?.url ?? url, machines);
      past.together(() => {
        for (const { id, index } of machines) {
          const joinedMs = joined.get(id) ?? (2 + ((index * 37) % 400)) * DAY_MS;
          const silentMs = offline.get(id);
          past.machine(id, {
            firstSeenMs: Date.now() - joinedMs,
            ...(silentMs === undefined ? {} : { lastSeenMs: Date.now() - silentMs }),
          });
        }
      });
    });
    simulator.start();
    await step("Watching the fleet for a while", async () => {
      await sleep(RUN_FOR_MS);
      await waitForRollUps({ path: dbPath }, Date.now() - 10 * 60_000);
    });
    await step("Taking the pictures", () => takePictures(url));
  } finally {
    await simulator.stop();
    past.close();
  }
  for (const problem of simulator.problems.keys()) console.log(`A report was answered: ${problem}`);
}

/** @param {string} url */
async function takePictures(url) {
  mkdirSync(folder, { recursive: true });
  const camera = await Camera.at(url);
  await camera.takeAll(folder, pictures, () => undefined);
  if (camera.faults.length > 0) throw new Error(`The pages have faults:\n${camera.faults.join("\n")}`);
  const sizes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${sizes.length} pictures in docs/images, ${(total / 1e6).toFixed(1)} MB`);
}
