import type { SessionData } from "express-session";
import { LoginSessions } from "../../../src/sessions/login-sessions.js";
import { FileSessionStore } from "../../../src/sessions/store/file-session-store.js";
import { allowCreation } from "../../../src/sessions/store/session-creation.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { get, sessionOf, set } from "../../contracts/session-calls.js";

describe("LoginSessions", () => {
  let store: FileSessionStore;
  let sessions: LoginSessions;

  beforeEach(async () => {
    store = await FileSessionStore.open(`${makeTempFolder("logins")}/sessions`, 3600);
    sessions = new LoginSessions(store);
  });

  afterEach(async () => {
    await store.close();
  });

  const begin = async (sessionId: string, username: string, login: unknown) => {
    const session = { ...sessionOf(username), login } as SessionData;
    allowCreation(session);
    await set(store, sessionId, session);
  };
  const loginAt = (id: string, startedAtMs: number) => ({
    ...{ id, startedAtMs, address: "192.0.2.1", userAgent: "curl/8", stamps: ["a stamp"] },
  });
  const idsOf = async (query: Parameters<LoginSessions["list"]>[0]) =>
    (await sessions.list(query)).sessions.map(({ id }) => id);

  it("lists logins, all or one user's, newest first, without the stamps", async () => {
    await begin("secret-1", "alice", loginAt("one", 1_000));
    await begin("secret-2", "bob", loginAt("two", 2_000));
    await begin("secret-3", "alice", loginAt("three", 3_000));
    expect(await idsOf({ limit: 10 })).toEqual(["three", "two", "one"]);
    const { sessions: alices, total, more } = await sessions.list({ username: "alice", limit: 1 });
    expect([total, more]).toEqual([2, true]);
    expect(alices).toEqual([
      {
        ...{ id: "three", username: "alice", startedAtMs: 3_000, address: "192.0.2.1", userAgent: "curl/8" },
        key: expect.any(String) as unknown,
        lastUsedAtMs: expect.any(Number) as unknown,
      },
    ]);
    expect(Math.abs(Date.now() - (alices[0]?.lastUsedAtMs ?? 0))).toBeLessThan(30_000);
    expect(JSON.stringify(alices)).not.toMatch(/secret|stamp/);
  });

  it.each([[undefined], [null], ["text"], [{}], [loginAt("odd", Infinity)], [{ ...loginAt("odd", 1), address: 7 }]])(
    "does not fail over a session that began with %j, nor list it, but ends it with its user's",
    async (login) => {
      await begin("odd", "alice", login);
      await begin("well", "alice", loginAt("well", 1));
      expect(await idsOf({ limit: 10 })).toEqual(["well"]);
      expect(await sessions.endAllOf("alice")).toBe(2);
      await expect(get(store, "odd")).resolves.toBeNull();
    },
  );

  it("ends a session by its id, and no other", async () => {
    await begin("secret-1", "alice", loginAt("one", 1));
    await begin("secret-2", "alice", loginAt("two", 2));
    const found = await sessions.find("one");
    if (!found) throw new Error("the session was not found");
    await sessions.end(found);
    await expect(get(store, "secret-1")).resolves.toBeNull();
    expect(await idsOf({ limit: 10 })).toEqual(["two"]);
    await expect(sessions.find("one")).resolves.toBeNull();
  });

  it("ends all sessions of a user but one", async () => {
    for (const n of [1, 2, 3]) await begin(`alice-${n}`, "alice", loginAt(`a${n}`, n));
    await begin("bob-1", "bob", loginAt("b1", 9));
    expect(await sessions.endAllOf("alice", "a2")).toBe(2);
    expect(await idsOf({ limit: 10 })).toEqual(["b1", "a2"]);
    expect(await sessions.endAllOf("nobody")).toBe(0);
  });
});
