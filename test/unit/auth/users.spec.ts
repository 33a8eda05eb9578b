import { Logger } from "@nestjs/common";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { User } from "../../../src/auth/user.entity.js";
import { Users } from "../../../src/auth/users.js";
import { PasswordHasher } from "../../../src/crypto/password-hasher.js";
import { DatabaseClock } from "../../../src/database/database-clock.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("Users", () => {
  const opened: DataSource[] = [];
  let path: string;

  /** The users as one more node sees them. */
  const node = async () => {
    const dataSource = await openSqliteDatabase(path, [User], new DocumentCipher([]), new Logger("Test"));
    opened.push(dataSource);
    return new Users(dataSource.getRepository(User), new PasswordHasher(), new DatabaseClock());
  };

  beforeEach(() => {
    path = join(makeTempFolder("users"), "fleet.sqlite3");
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((dataSource) => dataSource.destroy()));
  });

  it("creates the first administrator, once", async () => {
    const users = await node();
    await expect(users.createFirstAdmin("admin", "first password")).resolves.toBe(true);
    await expect(users.createFirstAdmin("admin", "second password")).resolves.toBe(false);
    await expect(users.createFirstAdmin("another", "second password")).resolves.toBe(false);
    await expect(users.findByName("another")).resolves.toBeNull();
    await expect(users.verify("admin", "second password")).resolves.toBeNull();
    await expect(users.verify("admin", "first password")).resolves.toMatchObject({ username: "admin", role: "admin" });
  });

  it("lets nodes that start together create one administrator between them", async () => {
    const nodes = await Promise.all([node(), node(), node()]);
    const created = await Promise.all(nodes.map((users) => users.createFirstAdmin("admin", "a password")));
    expect(created.filter((mine) => mine)).toHaveLength(1);
    for (const users of nodes) await expect(users.verify("admin", "a password")).resolves.not.toBeNull();
  });

  it("stores no password", async () => {
    const users = await node();
    await users.createFirstAdmin("admin", "a password");
    const stored = JSON.stringify(await users.findByName("admin"));
    expect(stored).toContain("$argon2id$");
    expect(stored).not.toContain("a password");
  });

  it.each(["Admin", "admin ", " admin", "ádmin", "", "x".repeat(129), "admin\0"])(
    "does not take %j for admin",
    async (username) => {
      const users = await node();
      await users.createFirstAdmin("admin", "a password");
      await expect(users.verify(username, "a password")).resolves.toBeNull();
    },
  );
});
