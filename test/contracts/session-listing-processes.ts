import type { SessionsConfig } from "../../src/config/config.module.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { create, get } from "./session-calls.js";
import { SessionProcesses } from "./session-processes.js";

const ROUNDS = 20;

/** What each process does: begin a session, save it until somebody ends it, and then find it ended whatever it saves. */
const work = `
  const { WRITER, ROUNDS } = process.env;
  for (let round = 1; round <= Number(ROUNDS); round++) {
    const id = WRITER + "-" + round;
    const save = () => promised((done) => store.set(id, sessionOf("crowd"), done));
    const find = () => promised((done) => store.get(id, done));
    const first = sessionOf("crowd");
    allowCreation(first);
    await promised((done) => store.set(id, first, done));
    do await save(); while ((await find()) !== null);
    for (let again = 0; again < 3; again++) await save();
    if ((await find()) !== null) throw new Error(id + " was brought back");
  }`;

/** Three processes begin sessions in the place that `settings` name, each of which `store` must find and end. */
export async function endWhatProcessesBegin(store: SessionStore, settings: Partial<SessionsConfig>): Promise<void> {
  await create(store, "bystander", "bystander");
  const writers = new SessionProcesses({ ttl: 3600, ...settings }, work, { ROUNDS: String(ROUNDS) });
  let ended = 0;
  while (writers.running) {
    for await (const { key, data } of store.live()) {
      if (data.user?.username !== "crowd") continue;
      await store.end(key);
      ended++;
    }
  }
  writers.expectGoodEnds();
  expect(ended).toBeGreaterThanOrEqual(SessionProcesses.names.length * ROUNDS);
  const left: unknown[] = [];
  for await (const { data } of store.live()) left.push(data.user?.username);
  expect(left).toEqual(["bystander"]);
  await expect(get(store, "bystander")).resolves.not.toBeNull();
}
