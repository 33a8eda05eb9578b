import { randomBytes } from "node:crypto";
import { LoginRecheck } from "../../../src/auth/login-recheck.js";
import { LoginStamps } from "../../../src/auth/login-stamps.js";
import type { User } from "../../../src/auth/user.entity.js";
import type { Users } from "../../../src/auth/users.js";
import type { Role } from "../../../src/common/access.js";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import type { DatabaseSecrets } from "../../../src/database/database-secrets.js";

const timers = import.meta.jest;

const userOf = (passwordHash: string, role: Role): User => ({ username: "alice", passwordHash, role, createdAt: 1 });
const alice = userOf("$argon2id$first", "operator");
const renewed = userOf("$argon2id$second", "operator");

describe("LoginRecheck", () => {
  const root = randomBytes(32);
  const stamps = new LoginStamps({ derive: () => root } as unknown as DatabaseSecrets);
  let found: User | null | Error;
  let asked: number;
  let recheck: LoginRecheck;

  const session = (stampOf: User = alice) => ({
    user: { username: "alice", role: stampOf.role },
    login: { id: "1", startedAtMs: 0, address: null, userAgent: null, stamps: [stamps.of(stampOf)] },
  });

  beforeEach(() => {
    found = alice;
    asked = 0;
    const findByName = () => {
      asked++;
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    };
    recheck = new LoginRecheck({ findByName } as unknown as Users, stamps);
  });

  it.each([
    ["the user as they were", alice, true],
    ["another password", renewed, false],
    ["a lower role", userOf("$argon2id$first", "viewer"), false],
    ["a higher role", userOf("$argon2id$first", "admin"), false],
    ["nobody", null, false],
  ])("with %s in the database: the login stands is %p", async (_what, now, stands) => {
    found = now;
    await expect(recheck.stands("s", session())).resolves.toBe(stands);
  });

  it("lets no session without a login pass, and asks nothing for it", async () => {
    const { user, login } = session();
    await expect(recheck.stands("s", { user })).resolves.toBe(false);
    await expect(recheck.stands("s", { login })).resolves.toBe(false);
    expect(asked).toBe(0);
  });

  it("asks at the first sight of each session, whatever it knows of the same user's others", async () => {
    const before = session();
    await recheck.stands("first", before, 0);
    found = renewed;
    // Let in by a node that read the old password and stored the session after the change.
    await expect(recheck.stands("second", session(), 1)).resolves.toBe(false);
    await expect(recheck.stands("third", session(renewed), 1)).resolves.toBe(true);
  });

  it("asks again after ten seconds, not at every request", async () => {
    for (let nowMs = 0; nowMs < 10_000; nowMs += 100) await recheck.stands("s", session(), nowMs);
    expect(asked).toBe(1);
    found = null;
    await expect(recheck.stands("s", session(), 9_999)).resolves.toBe(true);
    await expect(recheck.stands("s", session(), 10_000)).resolves.toBe(false);
    await expect(recheck.stands("s", session(), 10_001)).resolves.toBe(false);
  });

  it("accepts any of the session's stamps, as while its own user changes the password", async () => {
    const { user, login } = session();
    const both = { user, login: { ...login, stamps: [stamps.of(alice), stamps.of(renewed)] } };
    await expect(recheck.stands("a", both)).resolves.toBe(true);
    found = renewed;
    await expect(recheck.stands("b", both)).resolves.toBe(true);
  });

  it("goes on without a database that is away, and asks again when it may be back", async () => {
    found = new BackendUnavailableError("database");
    await expect(recheck.stands("s", session(), 0)).resolves.toBe(true);
    await expect(recheck.stands("s", session(), 1)).resolves.toBe(true);
    expect(asked).toBe(1);
    found = null;
    await expect(recheck.stands("s", session(), 10_000)).resolves.toBe(false);
  });

  it("does not take a fault of its own for a login that stands", async () => {
    found = new Error("a fault");
    await expect(recheck.stands("s", session())).rejects.toThrow("a fault");
  });

  it("keeps a session whose own user changes the password twice between two questions", async () => {
    const { user, login } = session();
    await recheck.stands("s", { user, login }, 0);
    const last = userOf("$argon2id$third", "operator");
    found = last;
    const twice = { user, login: { ...login, stamps: [stamps.of(renewed), stamps.of(last)] } };
    await expect(recheck.stands("s", twice, 1)).resolves.toBe(true);
  });

  describe("with a database that is slow to answer", () => {
    let answers: ((answer: User | null | Error) => void)[];

    beforeEach(() => {
      timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
      answers = [];
      const findByName = () =>
        new Promise<User | null>((resolve, reject) => {
          answers.push((answer) => {
            if (answer instanceof Error) reject(answer);
            else resolve(answer);
          });
        });
      recheck = new LoginRecheck({ findByName } as unknown as Users, stamps);
    });

    afterEach(() => {
      timers.useRealTimers();
    });

    const answer = async (at: number, user: User | null | Error) => {
      answers[at]?.(user);
      await timers.advanceTimersByTimeAsync(0);
    };

    it.each([
      ["in time, as they were", 299, alice, true],
      ["in time, with another password", 299, renewed, false],
      ["in time, gone", 299, null, false],
      ["too late, as they were", 300, alice, true],
      ["too late, with another password", 300, renewed, true],
      ["too late, gone", 300, null, true],
    ])("that knows the user %s (%d ms): the login stands is %p", async (_what, afterMs, user, stands) => {
      const asking = recheck.stands("s", session());
      await timers.advanceTimersByTimeAsync(afterMs);
      if (afterMs >= 300) await expect(asking).resolves.toBe(stands);
      await answer(0, user);
      await expect(asking).resolves.toBe(stands);
    });

    it("lets nobody wait who comes after the first has waited", async () => {
      const first = recheck.stands("s", session());
      await timers.advanceTimersByTimeAsync(300);
      await expect(first).resolves.toBe(true);
      await expect(recheck.stands("s", session())).resolves.toBe(true);
      expect(answers).toHaveLength(1);
    });

    it.each([
      ["stands", alice, true],
      ["does not stand", renewed, false],
    ])("asks once for all requests of a session at a time, where the login %s", async (_what, user, stands) => {
      const requests = Promise.all(Array.from({ length: 5 }, () => recheck.stands("s", session())));
      const other = recheck.stands("another", session());
      await answer(1, alice);
      await expect(other).resolves.toBe(true);
      expect(answers).toHaveLength(2);
      await answer(0, user);
      // Those who joined ask anew before they end the session, together.
      expect(answers).toHaveLength(stands ? 2 : 3);
      await answer(2, user);
      await expect(requests).resolves.toEqual(Array(5).fill(stands));
    });

    it("ends a session by an answer that came too late, although the next does too", async () => {
      const first = recheck.stands("s", session());
      await timers.advanceTimersByTimeAsync(300);
      await expect(first).resolves.toBe(true);
      await answer(0, renewed);
      const second = recheck.stands("s", session());
      await timers.advanceTimersByTimeAsync(300);
      await expect(second).resolves.toBe(false);
    });

    it("lets a session pass when the failure comes too late, and reports one of its own that does not", async () => {
      const away = recheck.stands("s", session());
      await timers.advanceTimersByTimeAsync(300);
      await answer(0, new BackendUnavailableError("database"));
      await expect(away).resolves.toBe(true);
      await expect(recheck.stands("s", session())).resolves.toBe(true);
      const faulty = Promise.allSettled([1, 2].map(() => recheck.stands("another", session())));
      await answer(1, new Error("a fault"));
      expect((await faulty).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      const again = recheck.stands("another", session());
      await answer(2, alice);
      await expect(again).resolves.toBe(true);
    });
  });

  it("forgets the sessions checked longest ago instead of growing without bound", async () => {
    await recheck.stands("first", session(), 0);
    for (let i = 0; i < 10_000; i++) await recheck.stands(`s${i}`, session(), 1);
    asked = 0;
    await recheck.stands("s9999", session(), 2);
    expect(asked).toBe(0);
    await recheck.stands("first", session(), 2);
    expect(asked).toBe(1);
  });
});
