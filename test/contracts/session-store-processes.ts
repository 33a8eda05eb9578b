import type { SessionsConfig } from "../../src/config/config.module.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { waitFor } from "../support/wait-for.js";
import { create, destroy, get } from "./session-calls.js";
import { SessionProcesses } from "./session-processes.js";

const ROUNDS = 60;
const FILLING = "é".repeat(5_000);

/** What each process does: log in and out, save a session that all share, and save one that has ended meanwhile. */
const work = `
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
  }`;

/** Three processes use the place that `settings` name at once, while `store` reads there and ends a session. */
export async function useFromSeveralProcesses(store: SessionStore, settings: Partial<SessionsConfig>): Promise<void> {
  await create(store, "shared", `before ${FILLING}`);
  await create(store, "ended", "before");
  const writers = new SessionProcesses(settings, work, { FILLING, ROUNDS: String(ROUNDS) });
  await waitFor(async () => !writers.running || (await get(store, "ended"))?.user?.username !== "before", {
    what: "the processes to save",
    intervalMs: 1,
  });
  await destroy(store, "ended");
  let reads = 0;
  while (writers.running) {
    expect((await get(store, "shared"))?.user?.username).toMatch(
      new RegExp(`^(before |(one|two|three)-\\d+)${FILLING}$`),
    );
    await expect(get(store, "ended")).resolves.toBeNull();
    reads += 1;
  }
  writers.expectGoodEnds();
  // The last to save was one of them in its last round.
  const last = (await get(store, "shared"))?.user?.username;
  expect(SessionProcesses.names.map((name) => `${name}-${ROUNDS}${FILLING}`)).toContain(last);
  expect(reads).toBeGreaterThan(5);
}
