import path from "node:path";
import type { SessionsConfig } from "../../src/config/config.module.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { startProcess } from "../support/child-process.js";
import { projectRoot } from "../support/project-root.js";
import { create, get } from "./session-calls.js";

const ROUNDS = 20;

/** What each process does: begin a session, save it until somebody ends it, and then find it ended whatever it saves. */
const program = `
  const built = (file) => import(process.env.BUILT + "/sessions/store/" + file + ".js");
  const [{ sessionStoreProvider }, { allowCreation }] = await Promise.all(
    [built("session-store.provider"), built("session-creation")]);
  const store = await sessionStoreProvider.useFactory(JSON.parse(process.env.SESSIONS));
  const promised = (call) => new Promise((resolve, reject) =>
    call((error, value) => (error ? reject(error) : resolve(value))));
  const session = () => ({ cookie: {}, user: { username: "crowd", role: "viewer" } });
  for (;;) {
    if (await store.check().then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { WRITER, ROUNDS } = process.env;
  for (let round = 1; round <= Number(ROUNDS); round++) {
    const id = WRITER + "-" + round;
    const save = () => promised((done) => store.set(id, session(), done));
    const find = () => promised((done) => store.get(id, done));
    const first = session();
    allowCreation(first);
    await promised((done) => store.set(id, first, done));
    do await save(); while ((await find()) !== null);
    for (let again = 0; again < 3; again++) await save();
    if ((await find()) !== null) throw new Error(id + " was brought back");
  }
  await store.close();`;

/** Three processes begin sessions in the place that `settings` name, each of which `store` must find and end. */
export async function endWhatProcessesBegin(store: SessionStore, settings: Partial<SessionsConfig>): Promise<void> {
  await create(store, "bystander", "bystander");
  const env = {
    ...process.env,
    BUILT: path.join(projectRoot, "dist"),
    SESSIONS: JSON.stringify({ ttl: 3600, ...settings }),
    ROUNDS: String(ROUNDS),
  };
  const writers = ["one", "two", "three"].map((name) =>
    startProcess(process.execPath, ["--input-type=module", "-e", program], { env: { ...env, WRITER: name } }),
  );
  let ended = 0;
  while (writers.some(({ exit }) => exit === null)) {
    for await (const { key, data } of store.live()) {
      if (data.user?.username !== "crowd") continue;
      await store.end(key);
      ended++;
    }
  }
  const ends = writers.map(({ exit, output }) => ({ exit, output }));
  expect(ends).toEqual(writers.map(() => ({ exit: { code: 0, signal: null }, output: "" })));
  expect(ended).toBeGreaterThanOrEqual(writers.length * ROUNDS);
  const left: unknown[] = [];
  for await (const { data } of store.live()) left.push(data.user?.username);
  expect(left).toEqual(["bystander"]);
  await expect(get(store, "bystander")).resolves.not.toBeNull();
}
