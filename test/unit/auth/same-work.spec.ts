import { Logger } from "@nestjs/common";
import * as argon2 from "@node-rs/argon2";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { makeTempFolder } from "../../support/temp-folder.js";

/** Every Argon2 computation, with what makes it cost what it does. The real library still does the work. */
const work: unknown[] = [];
/** Not in the published types yet. */
interface ModuleMocks {
  unstable_mockModule(name: string, factory: () => unknown): void;
}
const jest = import.meta.jest as unknown as ModuleMocks;
jest.unstable_mockModule("@node-rs/argon2", () => ({
  ...argon2,
  hash: async (password: string, options: argon2.Options) => {
    const made = await argon2.hash(password, options);
    work.push(costOf(made));
    return made;
  },
  verify: (hash: string, password: string) => {
    work.push(costOf(hash));
    return argon2.verify(hash, password);
  },
}));

function costOf(hash: string) {
  const [, variant, version] = hash.split("$");
  const { memoryCost, timeCost, parallelism, outputLen } = argon2.parseOptions(hash);
  return { variant, version, memoryCost, timeCost, parallelism, outputLen };
}

const { User } = await import("../../../src/auth/user.entity.js");
const { Users } = await import("../../../src/auth/users.js");
const { PasswordHasher } = await import("../../../src/crypto/password-hasher.js");
const { DatabaseClock } = await import("../../../src/database/database-clock.js");
const { DocumentCipher } = await import("../../../src/database/document-cipher.js");
const { openSqliteDatabase } = await import("../../../src/database/open-sqlite-database.js");

describe("a login", () => {
  let dataSource: DataSource;
  let users: InstanceType<typeof Users>;
  let asked: string[];

  beforeAll(async () => {
    const path = join(makeTempFolder("work"), "fleet.sqlite3");
    dataSource = await openSqliteDatabase(path, [User], new DocumentCipher([]), new Logger("Test"));
    const repository = dataSource.getRepository(User);
    users = new Users(repository, new PasswordHasher(), new DatabaseClock());
    await users.createFirstAdmin("admin", "the right password");
    const ask = repository.findOneBy.bind(repository);
    repository.findOneBy = (where) => {
      asked.push(JSON.stringify(Object.keys(where)));
      return ask(where);
    };
  });

  afterAll(() => dataSource.destroy());

  const workFor = async (username: string, password: string) => {
    work.length = 0;
    asked = [];
    const outcome = await users.verify(username, password);
    return { outcome, argon2: [...work], asked };
  };

  it("does the same work for an unknown user as for a wrong password, and for a right one", async () => {
    const wrong = await workFor("admin", "a wrong password");
    const unknown = await workFor("nobody", "a wrong password");
    const right = await workFor("admin", "the right password");
    expect([wrong.outcome, unknown.outcome, right.outcome?.username]).toEqual([null, null, "admin"]);
    expect(wrong.argon2).toHaveLength(1);
    expect(wrong.argon2[0]).toMatchObject({ variant: "argon2id", memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 });
    expect(unknown.argon2).toEqual(wrong.argon2);
    expect(right.argon2).toEqual(wrong.argon2);
    expect(wrong.asked).toHaveLength(1);
    expect(unknown.asked).toEqual(wrong.asked);
  });

  it("does none for a password too long to be one, whoever it is for", async () => {
    const long = "x".repeat(1025);
    expect((await workFor("admin", long)).argon2).toEqual([]);
    expect((await workFor("nobody", long)).argon2).toEqual([]);
  });
});
