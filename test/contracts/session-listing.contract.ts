import type { SessionsConfig } from "../../src/config/config.module.js";
import type { LiveSession } from "../../src/sessions/store/live-session.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { waitFor } from "../support/wait-for.js";
import { create, destroy, get, sessionOf, set, touch } from "./session-calls.js";
import { endWhatProcessesBegin } from "./session-listing-processes.js";

interface Listing {
  readonly place: { readonly settings: Partial<SessionsConfig>; damage(sessionId: string): Promise<void> };
  readonly a: SessionStore;
  readonly b: SessionStore;
  readonly node: (ttlSeconds: number) => Promise<SessionStore>;
}

/** What every session store promises of lists, and of ending what stands in them. */
export function testSessionListing(current: () => Listing): void {
  const names = async (store: SessionStore) => (await list(store)).map(nameOf).sort();
  const only = async (store: SessionStore) => {
    const [session, ...others] = await list(store);
    if (!session || others.length > 0) throw new Error(`expected one session, found ${others.length + 1}`);
    return session;
  };

  it("lists on every node the sessions of all, as they were stored", async () => {
    const { a, b } = current();
    expect(await list(a)).toEqual([]);
    await create(a, "s1", "alice");
    await create(b, "s2", "bob");
    for (const store of [a, b]) expect(await names(store)).toEqual(["alice", "bob"]);
    await destroy(a, "s1");
    expect((await only(b)).data).toMatchObject({ user: { username: "bob", role: "viewer" } });
  });

  it("lists each of many sessions once", async () => {
    const { a, b } = current();
    for (let batch = 0; batch < 44; batch++) {
      await Promise.all(Array.from({ length: 25 }, (_, i) => create(a, `s-${batch}-${i}`, `user-${batch}-${i}`)));
    }
    const listed = await names(b);
    expect(listed).toHaveLength(1100);
    expect(new Set(listed).size).toBe(1100);
  });

  it("lists neither damaged sessions nor those that nobody came back for", async () => {
    const { a, place, node } = current();
    await create(a, "s1", "alice");
    await create(a, "s2", "bob");
    await place.damage("s1");
    expect(await names(a)).toEqual(["bob"]);
    await destroy(a, "s2");
    const shortlived = await node(1);
    await create(shortlived, "s3", "carol");
    expect(await names(shortlived)).toEqual(["carol"]);
    await waitFor(async () => (await list(shortlived)).length === 0, { what: "the session to leave the list" });
  });

  it("tells how long ago a session was last used", async () => {
    const { a, b } = current();
    await create(a, "s1", "alice");
    const idle = await waitFor(
      async () => {
        const { idleMs } = await only(b);
        return idleMs >= 400 && idleMs;
      },
      { what: "the session to rest" },
    );
    expect(idle).toBeLessThan(60_000);
    const before = performance.now();
    await set(a, "s1", sessionOf("alice"));
    const afterUse = (await only(b)).idleMs;
    // Each node measures its clock's distance from the file system's, as well as a busy machine lets it.
    expect(afterUse).toBeLessThan(performance.now() - before + 350);
  });

  it("ends a session by what the list calls it, on every node and for good", async () => {
    const { a, b } = current();
    await create(a, "s1", "alice");
    await create(a, "s2", "bob");
    const loaded = await get(a, "s1");
    const found = (await list(b)).find((each) => nameOf(each) === "alice");
    if (!loaded || !found) throw new Error("the session was not found");
    await b.end(found.key);
    await expect(get(a, "s1")).resolves.toBeNull();
    // A request that was on its way with it.
    await set(a, "s1", loaded);
    await touch(a, "s1", loaded);
    for (const store of [a, b]) expect(await names(store)).toEqual(["bob"]);
    await expect(get(a, "s1")).resolves.toBeNull();
    await b.end(found.key);
  });

  it("ends a listed session for good while both nodes are saving it", async () => {
    const { a, b } = current();
    for (let round = 0; round < 10; round++) {
      const id = `race-${round}`;
      await create(a, id, "alice");
      const { key } = await only(b);
      const saves = Array.from({ length: 10 }, (_, i) => set(i % 2 === 0 ? a : b, id, sessionOf(`alice-${i}`)));
      await Promise.all([...saves, b.end(key)]);
      await expect(get(a, id)).resolves.toBeNull();
      expect(await list(a)).toEqual([]);
    }
  });

  it("lists and ends what several processes begin and keep saving, and nothing else", async () => {
    const { a, place } = current();
    await endWhatProcessesBegin(a, place.settings);
  });
}

export async function list(store: SessionStore): Promise<LiveSession[]> {
  const sessions: LiveSession[] = [];
  for await (const session of store.live()) sessions.push(session);
  return sessions;
}

function nameOf({ data }: LiveSession): string | undefined {
  return data.user?.username;
}
