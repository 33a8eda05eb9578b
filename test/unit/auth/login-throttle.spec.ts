import { Logger } from "@nestjs/common";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { LoginThrottle } from "../../../src/auth/throttling/login-throttle.js";
import { DatabaseLoginCounters } from "../../../src/auth/throttling/database-login-counters.js";
import { DatabaseClock } from "../../../src/database/database-clock.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { EventLog } from "../../../src/events/event-log.js";
import { StoredEvent } from "../../../src/events/event.entity.js";
import { FloodGuard } from "../../../src/events/flood-guard.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const timers = import.meta.jest;
/** All but `performance`, which alone the test turns; the rest is real because the database is. */
const timersOfLibraries = [
  ...(["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setTimeout", "clearTimeout"] as const),
  ...(["setInterval", "clearInterval", "Date", "hrtime"] as const),
];

const HOME = "192.0.2.1";
const ELSEWHERE = "198.51.100.1";

describe("LoginThrottle", () => {
  const opened: DataSource[] = [];
  let path: string;

  /** The throttle of one more node. */
  const node = async () => {
    const cipher = new DocumentCipher([]);
    const dataSource = await openSqliteDatabase(path, [Setting, StoredEvent], cipher, new Logger("Test"));
    opened.push(dataSource);
    const secrets = await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher);
    const events = new EventLog(dataSource.getRepository(StoredEvent), cipher, new DatabaseClock());
    const counters = new DatabaseLoginCounters(dataSource, new DatabaseClock());
    return new LoginThrottle(counters, secrets, new FloodGuard(events));
  };
  const right = () => Promise.resolve("let in");
  const wrong = () => Promise.resolve(null);
  const fail = async (throttle: LoginThrottle, username: string, ip: string, times: number) => {
    for (let time = 0; time < times; time++) await throttle.attempt(username, ip, wrong);
  };

  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  beforeEach(() => {
    path = join(makeTempFolder("throttle"), "fleet.sqlite3");
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((dataSource) => dataSource.destroy()));
  });

  it("lets a name from an address wait after five failures, whichever nodes they were on, right password or not", async () => {
    const [one, other] = [await node(), await node()];
    await fail(one, "alice", HOME, 3);
    await fail(other, "alice", HOME, 2);
    for (const throttle of [one, other]) {
      const refused = throttle.attempt("alice", HOME, () => Promise.reject(new Error("the password was checked")));
      await expect(refused).rejects.toMatchObject({ status: 429, code: "TOO_MANY_ATTEMPTS", retryAfterSeconds: 5 });
    }
  });

  it("lets the same name in from elsewhere, and other names from there", async () => {
    const throttle = await node();
    await fail(throttle, "alice", HOME, 5);
    await expect(throttle.attempt("alice", ELSEWHERE, right)).resolves.toBe("let in");
    await expect(throttle.attempt("bob", HOME, right)).resolves.toBe("let in");
  });

  it("does not count a refused attempt", async () => {
    const throttle = await node();
    await fail(throttle, "alice", HOME, 5);
    for (let time = 0; time < 20; time++) {
      await expect(throttle.attempt("alice", HOME, wrong)).rejects.toMatchObject({ retryAfterSeconds: 5 });
    }
  });

  it("forgets a name's failures from an address once it logs in there, but not the address's", async () => {
    const throttle = await node();
    for (let round = 0; round < 7; round++) {
      await fail(throttle, "alice", HOME, 4);
      await expect(throttle.attempt("alice", HOME, right)).resolves.toBe("let in");
    }
    await fail(throttle, "alice", HOME, 2);
    await expect(throttle.attempt("bob", HOME, right)).rejects.toMatchObject({ status: 429, retryAfterSeconds: 2 });
  });

  it("slows an address down that tries many names, and nobody who has logged in there before", async () => {
    const throttle = await node();
    await throttle.attempt("alice", HOME, right);
    for (let name = 0; name < 30; name++) await throttle.attempt(`name-${name}`, HOME, wrong);
    await expect(throttle.attempt("bob", HOME, right)).rejects.toMatchObject({ status: 429, retryAfterSeconds: 2 });
    await expect(throttle.attempt("alice", HOME, right)).resolves.toBe("let in");
  });

  it("gives each address one wrong try while a name is tried from everywhere, and blocks none that has not failed", async () => {
    const throttle = await node();
    await throttle.attempt("alice", HOME, right);
    for (let address = 0; address < 51; address++) await throttle.attempt("alice", `203.0.113.${address}`, wrong);
    await fail(throttle, "alice", ELSEWHERE, 1);
    await expect(throttle.attempt("alice", ELSEWHERE, right)).rejects.toMatchObject({ retryAfterSeconds: 60 });
    await expect(throttle.attempt("alice", "198.51.100.2", right)).resolves.toBe("let in");
    await fail(throttle, "alice", HOME, 4);
    await expect(throttle.attempt("alice", HOME, right)).resolves.toBe("let in");
  });

  it("counts the addresses of one IPv6 network as one", async () => {
    const throttle = await node();
    for (let address = 1; address <= 5; address++) await throttle.attempt("alice", `2001:db8::${address}`, wrong);
    await expect(throttle.attempt("alice", "2001:db8::ffff", right)).rejects.toMatchObject({ status: 429 });
    await expect(throttle.attempt("alice", "2001:db8:0:1::1", right)).resolves.toBe("let in");
  });

  it("checks only a few of many guesses sent at once", async () => {
    const throttle = await node();
    let checked = 0;
    const guess = async () => {
      checked++;
      return wrong();
    };
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => throttle.attempt("alice", HOME, guess)));
    expect(answers.filter(({ status }) => status === "rejected").length).toBe(60 - checked);
    expect(checked).toBeLessThanOrEqual(8);
  });

  it("counts neither for nor against anyone when the check itself breaks down", async () => {
    const throttle = await node();
    const broken = () => Promise.reject(new Error("no database"));
    for (let time = 0; time < 10; time++) {
      await expect(throttle.attempt("alice", HOME, broken)).rejects.toThrow("no database");
    }
    await expect(throttle.attempt("alice", HOME, right)).resolves.toBe("let in");
  });

  describe("with a client that goes", () => {
    afterEach(() => {
      timers.useRealTimers();
    });

    it.each([
      ["before the check: neither checks nor counts it", "before", 0, 0],
      ["soon: counts the guess all the same", "during", 1_400, 5],
      ["when a proxy gives up and repeats it: leaves the count to the repeat", "during", 1_500, 0],
    ])("%s", async (_promise, when, checkTakesMs, counted) => {
      const throttle = await node();
      timers.useFakeTimers({ doNotFake: timersOfLibraries });
      for (let time = 0; time < 5; time++) {
        const gone = new AbortController();
        if (when === "before") gone.abort(new Error("the client has gone"));
        const check = () => {
          expect(when).toBe("during");
          gone.abort(new Error("the client has gone"));
          timers.advanceTimersByTime(checkTakesMs);
          return wrong();
        };
        const attempt = throttle.attempt("alice", HOME, check, gone.signal);
        if (counted > 0) await expect(attempt).resolves.toBeNull();
        else await expect(attempt).rejects.toThrow("the client has gone");
      }
      const next = throttle.attempt("alice", HOME, right);
      if (counted > 0) await expect(next).rejects.toMatchObject({ status: 429 });
      else await expect(next).resolves.toBe("let in");
    });

    it("does not log in whom nobody waits for any more", async () => {
      const throttle = await node();
      timers.useFakeTimers({ doNotFake: timersOfLibraries });
      const gone = new AbortController();
      const check = () => {
        gone.abort(new Error("the client has gone"));
        timers.advanceTimersByTime(2_000);
        return right();
      };
      await expect(throttle.attempt("alice", HOME, check, gone.signal)).rejects.toThrow("the client has gone");
    });

    it("counts a slow check as any other while its client waits", async () => {
      const throttle = await node();
      timers.useFakeTimers({ doNotFake: timersOfLibraries });
      const check = () => {
        timers.advanceTimersByTime(2_000);
        return wrong();
      };
      for (let time = 0; time < 5; time++) {
        await expect(throttle.attempt("alice", HOME, check, new AbortController().signal)).resolves.toBeNull();
      }
      await expect(throttle.attempt("alice", HOME, right)).rejects.toMatchObject({ status: 429 });
    });
  });

  it("stores neither names nor addresses", async () => {
    const throttle = await node();
    await fail(throttle, "alice", HOME, 5);
    await throttle.attempt("bob", HOME, right);
    const stored = JSON.stringify(await opened[0]?.query("SELECT * FROM login_attempts"));
    expect(stored).toContain("pair-gate:");
    expect(stored).not.toMatch(/alice|bob|192\.0\.2/);
  });
});
