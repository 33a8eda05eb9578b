import { PasswordTooLongError } from "../../../src/crypto/errors.js";
import { PasswordHasher } from "../../../src/crypto/password-hasher.js";

const hasher = new PasswordHasher();
const password = "pässwört 日本語 🖥";
let hash: string;

beforeAll(async () => {
  hash = await hasher.hash(password);
});

/** Processor time of the whole process, thread pool included: steadier than a clock on a busy machine. */
const cpuMs = async (work: () => Promise<unknown>): Promise<number> => {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

describe("PasswordHasher", () => {
  it("hashes with Argon2id at the cost that OWASP recommends", () => {
    const [, memory, passes, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    expect(Number(lanes)).toBe(1);
  });

  it("salts every hash anew", async () => {
    await expect(hasher.hash(password)).resolves.not.toBe(hash);
  });

  it("accepts the password, however its accents are composed", async () => {
    await expect(hasher.verify(hash, password)).resolves.toBe(true);
    expect(password.normalize("NFD")).not.toBe(password);
    await expect(hasher.verify(hash, password.normalize("NFD"))).resolves.toBe(true);
  });

  it.each([`${password} `, password.slice(1), password.toUpperCase(), ""])("refuses %j", async (wrong) => {
    await expect(hasher.verify(hash, wrong)).resolves.toBe(false);
  });

  it("takes a damaged hash for one that no password fits", async () => {
    const damaged = [
      "",
      "!",
      "$2b$10$abcdefghijklmnopqrstuv",
      hash.slice(0, -1),
      hash.slice(0, 40),
      `${hash}=`,
      hash.replace("m=19456", "m=4294967295"),
      hash.replace("t=2", "t=4294967295"),
    ];
    for (const each of damaged) await expect(hasher.verify(each, password)).resolves.toBe(false);
  });

  it("works as long for an unknown user or a damaged hash as for a wrong password", async () => {
    const known = await cpuMs(() => hasher.verify(hash, "wrong"));
    expect(await cpuMs(() => hasher.verifyAgainstNothing("wrong"))).toBeGreaterThan(known / 3);
    expect(await cpuMs(() => hasher.verify("damaged", "wrong"))).toBeGreaterThan(known / 3);
    await expect(hasher.verifyAgainstNothing("wrong")).resolves.toBe(false);
  });

  it("refuses passwords past 1024 characters unread", async () => {
    const long = "x".repeat(1025);
    await expect(hasher.hash(long)).rejects.toThrow(PasswordTooLongError);
    await expect(hasher.verify(hash, long)).resolves.toBe(false);
    await expect(hasher.verifyAgainstNothing(long)).resolves.toBe(false);
    const longest = long.slice(1);
    await expect(hasher.verify(await hasher.hash(longest), longest)).resolves.toBe(true);
  });

  it("lets the event loop turn while it hashes", async () => {
    let turns = 0;
    let hashing = true;
    const turn = (): void => {
      turns += 1;
      if (hashing) setImmediate(turn);
    };
    const work = Promise.all([hasher.hash("one"), hasher.hash("two"), hasher.verify(hash, password)]);
    setImmediate(turn);
    await work;
    hashing = false;
    expect(turns).toBeGreaterThan(10);
  });
});
