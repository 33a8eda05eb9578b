import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import type { SessionsConfig } from "../../src/config/config.module.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";
import { waitFor } from "../support/wait-for.js";
import { create, destroy, get, sessionOf, set, touch } from "./session-calls.js";
import { list, testSessionListing } from "./session-listing.contract.js";
import { useFromSeveralProcesses } from "./session-store-processes.js";

const LONG_TTL = 3600;

/** One place that holds sessions, and what a test does to it from outside. */
export interface SessionPlace {
  /** The store of one more node. */
  node(ttlSeconds: number): Promise<SessionStore>;
  /** With these another process opens it, too. */
  readonly settings: Partial<SessionsConfig>;
  /** Makes the stored session unreadable. */
  damage(sessionId: string): Promise<void>;
  /** From now on no node can reach the place, until `repair`. What it holds stays. */
  breakDown(): Promise<void>;
  repair(): Promise<void>;
}

/** What every session store promises; `open` gives an empty place. */
export function testSessionStore({ name, open }: { name: string; open: () => Promise<SessionPlace> }): void {
  describe(`the ${name} session store`, () => {
    let place: SessionPlace;
    let a: SessionStore;
    let b: SessionStore;
    let nodes: SessionStore[];

    const node = async (ttlSeconds = LONG_TTL) => {
      const store = await place.node(ttlSeconds);
      await waitFor(() => store.check().then(() => true), { what: "the store to be reached" });
      nodes.push(store);
      return store;
    };

    beforeEach(async () => {
      nodes = [];
      place = await open();
      [a, b] = [await node(), await node()];
    });

    afterEach(async () => {
      await Promise.all(nodes.map((store) => store.close()));
    });

    it("has one id, whichever node asks, at whatever time", async () => {
      const [first, second] = await Promise.all([a.id(), b.id()]);
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
      await create(a, "s1", "alice");
      expect(await (await node()).id()).toBe(first);
    });

    it("knows no session that was never stored", async () => {
      await expect(get(a, "nobody")).resolves.toBeNull();
    });

    it("gives back on every node what one has created", async () => {
      await create(a, "s1", "alice");
      expect((await get(a, "s1"))?.user).toEqual({ username: "alice", role: "viewer" });
      expect((await get(b, "s1"))?.user).toEqual({ username: "alice", role: "viewer" });
      await expect(get(b, "s2")).resolves.toBeNull();
    });

    it("shows an update on every node", async () => {
      await create(a, "s1", "alice");
      await set(b, "s1", sessionOf("alicia"));
      expect((await get(a, "s1"))?.user?.username).toBe("alicia");
    });

    it("creates nothing for whoever only saves", async () => {
      await set(a, "s1", sessionOf("mallory"));
      await expect(get(a, "s1")).resolves.toBeNull();
    });

    it("ends a session on every node", async () => {
      await create(a, "s1", "alice");
      await destroy(b, "s1");
      await expect(get(a, "s1")).resolves.toBeNull();
    });

    it("does not bring an ended session back when another node saves or uses what it had loaded before", async () => {
      await create(a, "s1", "alice");
      const loaded = await get(b, "s1");
      if (!loaded) throw new Error("the session was not found");
      await destroy(a, "s1");
      await set(b, "s1", loaded);
      await touch(b, "s1", loaded);
      await expect(get(a, "s1")).resolves.toBeNull();
      await expect(get(b, "s1")).resolves.toBeNull();
    });

    it("does not bring an ended session back when its creator saves it once more", async () => {
      const session = await create(a, "s1", "alice");
      await destroy(b, "s1");
      await set(a, "s1", session);
      await expect(get(a, "s1")).resolves.toBeNull();
    });

    it("ends a session for good while both nodes are saving it", async () => {
      for (let round = 0; round < 10; round++) {
        const id = `race-${round}`;
        await create(a, id, "alice");
        const saves = Array.from({ length: 10 }, (_, i) => set(i % 2 === 0 ? a : b, id, sessionOf(`alice-${i}`)));
        await Promise.all([...saves, destroy(b, id)]);
        await expect(get(a, id)).resolves.toBeNull();
      }
    });

    it("keeps one of several saves that come at once, whole", async () => {
      await create(a, "s1", "alice");
      const names = Array.from({ length: 20 }, (_, i) => `${"x".repeat(5000)}-${i}`);
      const saving = names.map((username, i) => set(i % 2 === 0 ? a : b, "s1", sessionOf(username)));
      const reading = names.map(() => get(b, "s1"));
      await Promise.all(saving);
      expect(names).toContain((await get(a, "s1"))?.user?.username);
      for (const read of await Promise.all(reading)) expect(["alice", ...names]).toContain(read?.user?.username);
    });

    it("keeps sessions whole, and ended ones ended, while several processes use it at once", async () => {
      await useFromSeveralProcesses(a, { ttl: LONG_TTL, ...place.settings });
    });

    it("does not mind ending a session twice, or one that never was", async () => {
      await create(a, "s1", "alice");
      await Promise.all([destroy(a, "s1"), destroy(b, "s1")]);
      await destroy(a, "s1");
      await destroy(a, "nobody");
      await expect(get(a, "s1")).resolves.toBeNull();
    });

    it("ends a session that is not used", async () => {
      const shortlived = await node(1);
      await create(shortlived, "s1", "alice");
      await expect(get(shortlived, "s1")).resolves.not.toBeNull();
      await waitFor(async () => (await get(shortlived, "s1")) === null, { what: "the session to end" });
    });

    it("does not bring an expired session back when it is saved or used once more", async () => {
      const shortlived = await node(1);
      const session = await create(shortlived, "s1", "alice");
      await waitFor(async () => (await get(shortlived, "s1")) === null, { what: "the session to end" });
      await set(shortlived, "s1", session);
      await touch(shortlived, "s1", session);
      await expect(get(shortlived, "s1")).resolves.toBeNull();
    });

    it("keeps a session that is used", async () => {
      const shortlived = await node(1);
      const session = await create(shortlived, "s1", "alice");
      const end = performance.now() + 2500;
      await waitFor(
        async () => {
          await touch(shortlived, "s1", session);
          return performance.now() > end;
        },
        { what: "two and a half times the time to live", intervalMs: 20 },
      );
      await expect(get(shortlived, "s1")).resolves.not.toBeNull();
    });

    it("counts the sessions that live, whoever made them", async () => {
      expect(await a.count()).toBe(0);
      await create(a, "s1", "alice");
      await create(b, "s2", "bob");
      await set(a, "s3", sessionOf("mallory"));
      expect([await a.count(), await b.count()]).toEqual([2, 2]);
      await destroy(b, "s1");
      expect(await a.count()).toBe(1);
    });

    it("does not count sessions that nobody came back for", async () => {
      const shortlived = await node(1);
      await create(shortlived, "s1", "alice");
      expect(await shortlived.count()).toBe(1);
      await waitFor(async () => (await shortlived.count()) === 0, { what: "the session to end" });
    });

    it("knows no session where what is stored is damaged", async () => {
      await create(a, "s1", "alice");
      await place.damage("s1");
      await expect(get(b, "s1")).resolves.toBeNull();
    });

    it("says that it is unavailable, never that there is no session, and goes on when it is back", async () => {
      const session = await create(a, "s1", "alice");
      await place.breakDown();
      const attempts = [
        get(a, "s1"),
        set(a, "s1", session),
        touch(a, "s1", session),
        destroy(a, "s2"),
        create(a, "s3", "bob"),
        a.check(),
        a.count(),
        list(a),
        a.end("nobody"),
      ];
      const asked = performance.now();
      const outcomes = await Promise.allSettled(attempts);
      expect(performance.now() - asked).toBeLessThan(3_000);
      for (const outcome of outcomes) {
        expect(outcome).toEqual({ status: "rejected", reason: expect.any(BackendUnavailableError) as unknown });
        expect((outcome as PromiseRejectedResult).reason).toMatchObject({
          status: 503,
          cause: expect.objectContaining({ message: expect.any(String) as unknown }) as unknown,
        });
      }
      await place.repair();
      await waitFor(() => get(a, "s1"), { what: "the session to be found again" });
      await touch(a, "s1", session);
    });

    testSessionListing(() => ({ place, a, b, node }));

    it("never tells express-session to go on without sessions", async () => {
      let disconnected = false;
      a.on("disconnect", () => (disconnected = true));
      await place.breakDown();
      await expect(get(a, "s1")).rejects.toThrow();
      await place.repair();
      await waitFor(() => a.check().then(() => true), { what: "the store to be reached again" });
      expect(disconnected).toBe(false);
    });
  });
}
