import pg from "pg";
import { faultsOf, onlyFault } from "./doctor-findings.js";
import { type ExaminedPostgres, UNSAFE, key } from "./examined-postgres.js";
import { testWrongKeys } from "./wrong-keys.contract.js";

/** What the doctor says of each fault that a PostgreSQL database may have. */
export function testPostgresFaults(postgres: () => ExaminedPostgres): void {
  describe("a fault of a PostgreSQL database", () => {
    it("is an encoding that cannot hold every name", async () => {
      await postgres().server.query(
        "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
      );
      const url = postgres().server.url.replace(/postgres$/, "latin");
      const fault = onlyFault(await postgres().faultsIn(url));
      expect(fault).toMatchObject({ name: "database.encoding", status: "failure" });
      expect(await postgres().startOn(url)).toBe(`server.db_url: ${fault.summary}; ${fault.fix}`);
    });

    it("is that it takes no writes", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query(`ALTER DATABASE ${postgres().newest} SET default_transaction_read_only = on`);
      expect(await postgres().faultsIn(url)).toEqual([
        {
          name: "database.writes",
          status: "failure",
          summary: "PostgreSQL takes no writes: it is a standby, or set to be only read",
          fix: expect.stringContaining("default_transaction_read_only") as string,
        },
      ]);
    });

    it("is a user that may make no tables, in the words of the start", async () => {
      const url = postgres().as("reader", await postgres().emptyDatabase());
      const fault = onlyFault(await postgres().faultsIn(url));
      expect(fault).toMatchObject({ name: "database.rights", status: "failure" });
      expect(await postgres().startOn(url)).toBe(`server.db_url: ${fault.summary}; ${fault.fix}`);
    });

    it("is a user that may only read", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", url);
      const faults = await postgres().faultsIn(postgres().as("reader", url));
      expect(new Set(faults.map(({ name, status }) => `${name}: ${status}`))).toEqual(
        new Set(["database.rights: failure"]),
      );
      const words = faults.map(({ summary }) => summary).join("\n");
      for (const what of ["schema public", "table users", "table history_samples"]) {
        expect(words).toContain(`permission denied for ${what}`);
      }
      // A partition is used through its table.
      expect(words).not.toMatch(/history_samples_\d/);
    });

    it("is a user that may write the tables and cannot make the days of history", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer",
        url,
      );
      await postgres().server.query("GRANT CREATE ON SCHEMA public TO writer", url);
      const faults = await postgres().faultsIn(postgres().as("writer", url));
      expect(faults.map(({ name, summary }) => [name, /^must be owner of table (\w+)/.exec(summary)?.[1]])).toEqual([
        ["database.rights", "history_details"],
        ["database.rights", "history_samples"],
      ]);
      // As PostgreSQL has it.
      await expect(
        postgres().server.query("SELECT fleet_make_history_day(40000)", postgres().as("writer", url)),
      ).rejects.toThrow("must be owner of table history_samples");
    });

    it("is another program's table, in the words of the start", async () => {
      const url = await postgres().emptyDatabase();
      await postgres().server.query("CREATE TABLE users (id int)", url);
      const fault = onlyFault(await postgres().faultsIn(url));
      expect(fault).toMatchObject({ name: "database.schema", status: "failure" });
      expect(await postgres().startOn(url)).toBe(`server.db_url: ${fault.summary}; ${fault.fix}`);
    });

    it("is a change by a newer version, and none that a migration is missing", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query("DELETE FROM migrations WHERE name = 'PublishedHeartbeats1764500000000'", url);
      expect(await postgres().faultsIn(url)).toEqual([]);
      await postgres().server.query(
        "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')",
        url,
      );
      expect(await postgres().faultsIn(url)).toEqual([
        expect.objectContaining({
          name: "database.schema",
          status: "warning",
          summary: expect.stringContaining("Newer9999999999999") as string,
        }),
      ]);
    });

    testWrongKeys({
      key,
      make: () => postgres().newDatabase(),
      faultsIn: (url, keys) => postgres().faultsIn(url, keys),
      startOn: (url, keys) => postgres().startOn(url, keys),
    });

    it("is a partition of history that is missing", async () => {
      const url = await postgres().newDatabase();
      const [today] = await postgres().server.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') AS day", url);
      const tomorrow = await postgres().server.query(
        "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYYMMDD') AS day",
      );
      const missing = [`history_samples_${String(tomorrow[0]?.day)}`, `history_details_${String(today?.day)}`];
      for (const name of missing) await postgres().server.query(`DROP TABLE ${pg.escapeIdentifier(name)}`, url);
      const fault = onlyFault(await postgres().faultsIn(url));
      expect(fault).toMatchObject({ name: "database.partitions", status: "warning" });
      for (const name of missing) expect(fault.summary).toContain(name);
    });

    it("is that answered reports may be lost", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query(`ALTER DATABASE ${postgres().newest} SET synchronous_commit = off`);
      expect(await postgres().faultsIn(url)).toEqual([
        expect.objectContaining({
          name: "database.durability",
          status: "warning",
          summary: expect.stringMatching(/^synchronous_commit is off/) as string,
        }),
      ]);
    });

    it("is that a crash of the machine may lose or damage the database", async () => {
      const unsafe = faultsOf(await postgres().look(await postgres().newDatabase())).map(
        ({ name, status, summary }) => [name, status, UNSAFE.exec(summary)?.[1]],
      );
      expect(unsafe).toEqual([
        ["database.durability", "warning", "fsync"],
        ["database.durability", "warning", "full_page_writes"],
      ]);
    });

    it("is that a node would not get its connections", async () => {
      const url = await postgres().newDatabase();
      await postgres().server.query(`ALTER DATABASE ${postgres().newest} CONNECTION LIMIT 5`);
      expect(await postgres().faultsIn(url)).toEqual([
        {
          name: "database.connections",
          status: "warning",
          summary: "5 connections are free (max_connections is 100), a node may open 11",
          fix: "raise the CONNECTION LIMIT of the user or the database",
        },
      ]);
    });
  });
}
