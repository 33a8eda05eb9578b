import path from "node:path";
import type { SessionsConfig } from "../../src/config/config.module.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { startProcess } from "../support/child-process.js";
import { projectRoot } from "../support/project-root.js";
import { waitFor } from "../support/wait-for.js";
import { create, destroy, get } from "./session-calls.js";

const ROUNDS = 60;
const FILLING = "é".repeat(5_000);

/** What each process does: log in and out, save a session that all share, and save one that has ended meanwhile. */
const program = `
  const built = (file) => import(process.env.BUILT + "/sessions/store/" + file + ".js");
  const [{ sessionStoreProvider }, { allowCreation }] = await Promise.all(
    [built("session-store.provider"), built("session-creation")]);
  const store = await sessionStoreProvider.useFactory(JSON.parse(process.env.SESSIONS));
  const promised = (call) => new Promise((resolve, reject) =>
    call((error, value) => (error ? reject(error) : resolve(value))));
  const sessionOf = (username) => ({ cookie: {}, user: { username, role: "viewer" } });
  for (;;) {
    if (await store.check().then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { WRITER, FILLING, ROUNDS } = process.env;
  for (let round = 1; round <= Number(ROUNDS); round++) {
    const id = WRITER + "-" + round;
    const session = sessionOf(id);
    allowCreation(session);
    await promised((done) => store.set(id, session, done));
    await promised((done) => store.set("shared", sessionOf(id + FILLING), done));
    await promised((done) => store.set("ended", sessionOf(id), done));
    const found = await promised((done) => store.get(id, done));
    if (found?.user.username !== id) throw new Error(id + " was lost");
    await promised((done) => store.destroy(id, done));
    if ((await promised((done) => store.get(id, done))) !== null) throw new Error(id + " did not end");
  }
  await store.close();`;

/** Three processes use the place that `settings` name at once, while `store` reads there and ends a session. */
export async function useFromSeveralProcesses(store: SessionStore, settings: Partial<SessionsConfig>): Promise<void> {
  await create(store, "shared", `before ${FILLING}`);
  await create(store, "ended", "before");
  const env = {
    ...process.env,
    BUILT: path.join(projectRoot, "dist"),
    SESSIONS: JSON.stringify(settings),
    FILLING,
    ROUNDS: String(ROUNDS),
  };
  const writers = ["one", "two", "three"].map((name) =>
    startProcess(process.execPath, ["--input-type=module", "-e", program], { env: { ...env, WRITER: name } }),
  );
  const running = () => writers.some(({ exit }) => exit === null);
  await waitFor(async () => !running() || (await get(store, "ended"))?.user?.username !== "before", {
    what: "the processes to save",
    intervalMs: 1,
  });
  await destroy(store, "ended");
  let reads = 0;
  while (running()) {
    expect((await get(store, "shared"))?.user?.username).toMatch(
      new RegExp(`^(before |(one|two|three)-\\d+)${FILLING}$`),
    );
    await expect(get(store, "ended")).resolves.toBeNull();
    reads += 1;
  }
  const ends = writers.map(({ exit, output }) => ({ exit, output }));
  expect(ends).toEqual(writers.map(() => ({ exit: { code: 0, signal: null }, output: "" })));
  // The last to save was one of them in its last round.
  const last = (await get(store, "shared"))?.user?.username;
  expect(["one", "two", "three"].map((name) => `${name}-${ROUNDS}${FILLING}`)).toContain(last);
  expect(reads).toBeGreaterThan(5);
}
