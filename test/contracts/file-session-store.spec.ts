import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { FileSessionStore } from "../../src/sessions/store/file-session-store.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { create, get } from "./session-calls.js";

const base = makeTempFolder("session-files");
const sessionId = "a-session-id-that-is-a-secret";

/** What the file session store promises besides the contract. */
describe("FileSessionStore", () => {
  let folder: string;
  let store: FileSessionStore;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(base, "case-")), "sessions");
    store = await FileSessionStore.open(folder, 3600);
  });

  afterEach(async () => {
    await store.close();
  });

  const entries = async () => (await readdir(folder, { recursive: true })).map((entry) => join(folder, entry));
  const fileOf = (id: string) => join(folder, sessionKeyOf(id), "session.json");
  const age = async (path: string, seconds: number) => {
    const then = new Date(Date.now() - seconds * 1000);
    await utimes(path, then, then);
  };

  it("lets nobody else read anything", async () => {
    await create(store, sessionId, "alice");
    const paths = [folder, ...(await entries())];
    expect(paths.length).toBeGreaterThanOrEqual(4);
    for (const path of paths) expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it("holds no session id, neither in names nor in content", async () => {
    await create(store, sessionId, "alice");
    for (const path of await entries()) {
      expect(path).not.toContain(sessionId);
      if ((await stat(path)).isFile()) expect(await readFile(path, "utf8")).not.toContain(sessionId);
    }
  });

  it("leaves no file behind when a session ends", async () => {
    const before = await entries();
    await create(store, sessionId, "alice");
    await new Promise((resolve) => {
      store.destroy(sessionId, resolve);
    });
    expect(await entries()).toEqual(before);
  });

  it("removes an expired session when it is asked for", async () => {
    await create(store, sessionId, "alice");
    await age(fileOf(sessionId), 3700);
    await expect(get(store, sessionId)).resolves.toBeNull();
    expect(await readdir(folder)).toEqual(["clock"]);
  });

  it("renews a session once a minute, not at every request", async () => {
    const session = await create(store, sessionId, "alice");
    const touch = () =>
      new Promise<void>((resolve) => {
        store.touch(sessionId, session, () => {
          resolve();
        });
      });
    await age(fileOf(sessionId), 1800);
    await touch();
    const renewed = (await stat(fileOf(sessionId))).mtimeMs;
    expect(Date.now() - renewed).toBeLessThan(60_000);
    await age(fileOf(sessionId), 900);
    const before = (await stat(fileOf(sessionId))).mtimeMs;
    for (let request = 0; request < 10; request++) await touch();
    expect((await stat(fileOf(sessionId))).mtimeMs).toBe(before);
  });

  it("does not end sessions on a node whose own clock is wrong", async () => {
    await create(store, sessionId, "alice");
    const now = Date.now.bind(Date);
    Date.now = () => now() + 7_200_000;
    try {
      const other = await FileSessionStore.open(folder, 3600);
      await expect(get(other, sessionId)).resolves.not.toBeNull();
      await other.close();
    } finally {
      Date.now = now;
    }
  });

  it("takes an empty place where a share should be mounted for unavailable, not for nobody being logged in", async () => {
    await create(store, sessionId, "alice");
    await rename(folder, `${folder}.away`);
    await mkdir(folder);
    await expect(get(store, sessionId)).rejects.toBeInstanceOf(BackendUnavailableError);
    await rm(folder, { recursive: true });
    await rename(`${folder}.away`, folder);
    await expect(get(store, sessionId)).resolves.not.toBeNull();
  });

  it("ignores what died processes and strangers have left in the folder", async () => {
    await create(store, sessionId, "alice");
    await mkdir(join(folder, ".new-half-made"));
    await writeFile(join(folder, sessionKeyOf(sessionId), ".new-half-written"), '{"coo');
    await writeFile(join(folder, "README"), "not a session");
    expect((await get(store, sessionId))?.user?.username).toBe("alice");
  });

  describe("sweeping", () => {
    let steps: number;
    const sweep = async () => {
      steps = 0;
      await store.sweep(() => Promise.resolve(++steps > 0));
    };

    it("removes expired sessions and old leftovers, and nothing else", async () => {
      for (const id of ["expired", "alive"]) await create(store, id, "alice");
      await age(fileOf("expired"), 3700);
      for (const [leftover, seconds] of [
        [".new-old", 4000],
        [".ended-old", 4000],
        [".new-young", 10],
      ] as const) {
        await mkdir(join(folder, leftover));
        await age(join(folder, leftover), seconds);
      }
      await writeFile(join(folder, "README"), "not a session");
      await age(join(folder, "README"), 100_000);
      await sweep();
      expect((await readdir(folder)).sort()).toEqual([".new-young", sessionKeyOf("alive"), "README", "clock"].sort());
    });

    it("goes through more sessions than one step takes", async () => {
      await Promise.all(Array.from({ length: 250 }, (_, i) => create(store, `s${i}`, "alice")));
      await Promise.all(Array.from({ length: 250 }, (_, i) => age(fileOf(`s${i}`), 3700)));
      await sweep();
      expect(await readdir(folder)).toEqual(["clock"]);
      expect(steps).toBe(2);
    });

    it("stops after the step in which it is told to", async () => {
      await Promise.all(Array.from({ length: 250 }, (_, i) => create(store, `s${i}`, "alice")));
      await Promise.all(Array.from({ length: 250 }, (_, i) => age(fileOf(`s${i}`), 3700)));
      await store.sweep(() => Promise.resolve(false));
      expect((await readdir(folder)).length).toBeGreaterThan(100);
    });
  });
});
