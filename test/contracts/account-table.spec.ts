import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { join } from "node:path";
import pg from "pg";
import { DataSource } from "typeorm";
import { AccountTable } from "../../src/auth/accounts/account-table.js";
import { User } from "../../src/auth/user.entity.js";
import type { Role } from "../../src/common/access.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

/** An empty database. */
interface Place {
  /** One more node's connections. */
  open(): Promise<DataSource>;
  /** Removes the user on a connection of its own; committed when the returned function is called. */
  removeSlowly(username: string): Promise<() => Promise<void>>;
  /** Whether somebody waits for that commit; SQLite does not tell. */
  isAwaited(): Promise<boolean>;
}

let postgres: PostgresServer | undefined;
let databases = 0;

const places: { name: string; make: () => Promise<Place> }[] = [
  {
    name: "SQLite",
    make() {
      const path = join(makeTempFolder("accounts"), "fleet.sqlite3");
      return Promise.resolve({
        open: () => openSqliteDatabase(path, [User], new DocumentCipher([]), new Logger("Test")),
        removeSlowly(username: string) {
          const other = new Database(path);
          other.exec("BEGIN IMMEDIATE");
          other.prepare("DELETE FROM users WHERE username = ?").run(username);
          return Promise.resolve(() => {
            other.exec("COMMIT");
            other.close();
            return Promise.resolve();
          });
        },
        isAwaited: () => Promise.resolve(true),
      });
    },
  },
  {
    name: "PostgreSQL",
    async make() {
      const server = (postgres ??= await startPostgres());
      const url = await server.createDatabase(`accounts_${++databases}`);
      await server.query(
        "CREATE TABLE users (username TEXT PRIMARY KEY, password_hash TEXT NOT NULL, role TEXT NOT NULL, created_at BIGINT NOT NULL)",
        url,
      );
      return {
        open: () => new DataSource({ type: "postgres", url, entities: [User], parseInt8: true }).initialize(),
        async removeSlowly(username) {
          const other = new pg.Client({ connectionString: url });
          await other.connect();
          await other.query("BEGIN");
          await other.query("DELETE FROM users WHERE username = $1", [username]);
          return async () => {
            await other.query("COMMIT");
            await other.end();
          };
        },
        async isAwaited() {
          const waiting =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
          return (await server.query(waiting, url)).length > 0;
        },
      };
    },
  },
];

describe.each(places)("the users' table on $name", ({ make }) => {
  let place: Place;
  let opened: DataSource[];
  let one: AccountTable;
  let other: AccountTable;

  beforeEach(async () => {
    place = await make();
    opened = [await place.open(), await place.open()];
    [one, other] = opened.map((dataSource) => new AccountTable(dataSource.getRepository(User))) as [
      AccountTable,
      AccountTable,
    ];
  });

  afterEach(async () => {
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
  });

  const user = (username: string, role: Role = "viewer", passwordHash = `hash of ${username}`): User => ({
    ...{ username, role, passwordHash },
    createdAt: 1_764_000_000_000,
  });
  const rolesNow = async () => (await one.list("", 100)).map(({ username, role }) => `${username}: ${role}`);

  it("adds users, each name once, and lists them in order and in pages", async () => {
    for (const name of ["bob", "alice", "carol"]) expect(await one.add(user(name))).toBe(true);
    expect(await other.add(user("bob", "admin", "another hash"))).toBe(false);
    expect((await other.list("", 2)).map(({ username }) => username)).toEqual(["alice", "bob"]);
    expect(await other.list("bob", 2)).toMatchObject([user("carol")]);
  });

  it("adds a name once when nodes do it together", async () => {
    const added = await Promise.all([one, other].map((table, at) => table.add(user("bob", "viewer", `hash ${at}`))));
    expect(added.filter((mine) => mine)).toHaveLength(1);
  });

  it("changes a password, and where a hash is expected only that one", async () => {
    await one.add(user("bob"));
    expect(await one.setPassword("bob", "second", "not the hash")).toBe(false);
    expect(await one.setPassword("bob", "second", "hash of bob")).toBe(true);
    expect(await other.setPassword("bob", "third")).toBe(true);
    expect(await other.setPassword("nobody", "third")).toBe(false);
    expect((await one.list("", 1))[0]?.passwordHash).toBe("third");
  });

  it("lets one of two nodes win that change the password from the same one", async () => {
    await one.add(user("bob"));
    const changed = await Promise.all([
      one.setPassword("bob", "of one", "hash of bob"),
      other.setPassword("bob", "of the other", "hash of bob"),
    ]);
    expect(changed.filter((mine) => mine)).toHaveLength(1);
  });

  it("changes roles and removes users, but never the last administrator's", async () => {
    for (const [name, role] of [
      ["alice", "admin"],
      ["bob", "operator"],
    ] as const)
      await one.add(user(name, role));
    expect(await one.setRole("alice", "viewer")).toBe(false);
    expect(await one.remove("alice")).toBe(false);
    expect(await one.setRole("bob", "admin")).toBe(true);
    expect(await one.setRole("bob", "admin")).toBe(false);
    expect(await one.setRole("alice", "viewer")).toBe(true);
    expect(await one.remove("bob")).toBe(false);
    expect(await one.remove("alice")).toBe(true);
    expect(await one.remove("alice")).toBe(false);
    expect(await one.setRole("alice", "admin")).toBe(false);
    expect(await rolesNow()).toEqual(["bob: admin"]);
  });

  it("leaves an administrator when two nodes take one another's away at once", async () => {
    await one.add(user("alice", "admin"));
    await one.add(user("bob", "admin"));
    for (let round = 0; round < 15; round++) {
      const done = await Promise.all([
        one.setRole("alice", "viewer"),
        round % 2 === 0 ? other.setRole("bob", "viewer") : other.remove("bob"),
      ]);
      expect(done.filter((mine) => mine)).toHaveLength(1);
      if (round % 2 === 1 && done[1]) await one.add(user("bob", "admin"));
      for (const name of ["alice", "bob"]) await one.setRole(name, "admin");
      expect(await rolesNow()).toEqual(["alice: admin", "bob: admin"]);
    }
  });

  it.each(["setRole", "remove"] as const)("waits with %s for what another node is about to commit", async (what) => {
    await one.add(user("alice", "admin"));
    await one.add(user("bob", "admin"));
    const commit = await place.removeSlowly("alice");
    const answer = what === "remove" ? other.remove("bob") : other.setRole("bob", "viewer");
    await waitFor(() => place.isAwaited(), { what: "the other node to wait" });
    await commit();
    expect(await answer).toBe(false);
    expect(await rolesNow()).toEqual(["bob: admin"]);
  });
});
