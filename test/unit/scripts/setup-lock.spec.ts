import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { takeSetupLock } from "../../../scripts/setup/setup-lock.mjs";
import { startProcess } from "../../support/child-process.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const nobodyToWaitFor = () => {
  throw new Error("there was nobody to wait for");
};

function leaveLock(root: string, owner: object): void {
  mkdirSync(path.join(root, ".setup/lock"), { recursive: true });
  writeFileSync(path.join(root, ".setup/lock/owner"), JSON.stringify(owner));
}

async function pidOfTheDead(): Promise<number> {
  const process = startProcess("true", []);
  const { pid } = process;
  await process.exited;
  return pid;
}

describe("the set-up lock", () => {
  it("lets one in at a time and says whom the others wait for", async () => {
    const root = makeTempFolder("checkout");
    const order: string[] = [];
    const releaseFirst = await takeSetupLock(root, nobodyToWaitFor);
    let pidWaitedFor: number | undefined;
    const second = new Promise<() => void>((resolve, reject) => {
      takeSetupLock(root, (owner) => {
        pidWaitedFor = owner?.pid;
        order.push("first done");
        releaseFirst();
      }).then(resolve, reject);
    });
    const releaseSecond = await second;
    order.push("second in");
    releaseSecond();
    expect(order).toEqual(["first done", "second in"]);
    expect(pidWaitedFor).toBe(process.pid);
  });

  it("is free again after its release", async () => {
    const root = makeTempFolder("checkout");
    (await takeSetupLock(root, nobodyToWaitFor))();
    (await takeSetupLock(root, nobodyToWaitFor))();
  });

  it("is taken over from a process that has died", async () => {
    const root = makeTempFolder("checkout");
    leaveLock(root, { pid: await pidOfTheDead(), host: hostname(), startedAt: "1" });
    (await takeSetupLock(root, nobodyToWaitFor))();
  });

  it("is taken over when the owner's number belongs to another process by now", async () => {
    const root = makeTempFolder("checkout");
    leaveLock(root, { pid: process.pid, host: hostname(), startedAt: "a time long ago" });
    (await takeSetupLock(root, nobodyToWaitFor))();
  });

  it("goes to only one of several that find the same dead owner", async () => {
    const root = makeTempFolder("checkout");
    leaveLock(root, { pid: await pidOfTheDead(), host: hostname(), startedAt: "1" });
    let inside = 0;
    let most = 0;
    const work = async () => {
      const release = await takeSetupLock(root, () => undefined);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      release();
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(most).toBe(1);
  });

  it("is never taken from a process on another machine", async () => {
    const root = makeTempFolder("checkout");
    leaveLock(root, { pid: await pidOfTheDead(), host: "another-machine", startedAt: "1" });
    const folder = await new Promise<string>((resolve, reject) => {
      takeSetupLock(root, (_owner, lock) => {
        resolve(lock);
        // Whoever knows better removes it by hand, and the waiting ends.
        leaveLock(root, { pid: 0, host: hostname(), startedAt: "1" });
      }).then((release) => {
        release();
      }, reject);
    });
    expect(folder).toBe(path.join(root, ".setup/lock"));
  });
});
