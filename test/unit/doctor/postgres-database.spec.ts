import { Logger } from "@nestjs/common";
import pg from "pg";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../../src/database/open-postgres-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { PostgresReader } from "../../../src/doctor/postgres/postgres-reader.js";
import { makeCertificates } from "../../support/certificates.js";
import { freePort } from "../../support/free-port.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { waitFor } from "../../support/wait-for.js";
import { faultsOf, findingsOf, statusesOf } from "./doctor-findings.js";

const key = FernetKey.generate();
const certificates = makeCertificates();
const stranger = makeCertificates();
const TEMPLATE = "whole";
let server: PostgresServer;
let databases = 0;

const open = (url: string, keys: readonly string[] = [key]) =>
  openPostgresDatabase(url, [Setting], new DocumentCipher(keys));

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await startPostgres({ tls: certificates });
  const dataSource = await open(await server.createDatabase(TEMPLATE));
  await DatabaseSecrets.load(dataSource.getRepository(Setting), new DocumentCipher([key]));
  await dataSource.destroy();
  await server.query("CREATE ROLE reader LOGIN PASSWORD 'readers-password'");
  await server.query("CREATE ROLE writer LOGIN PASSWORD 'writers-password'");
});

/** Only speed counts here, so the server runs as no operator should; of that the tests below speak apart. */
const UNSAFE = /^(fsync|full_page_writes) is off/;

async function keepSafe(setting: "on" | "off"): Promise<void> {
  for (const name of ["fsync", "full_page_writes"]) await server.query(`ALTER SYSTEM SET ${name} = ${setting}`);
  await server.query("SELECT pg_reload_conf()");
  await waitFor(async () => (await server.query("SHOW fsync"))[0]?.fsync === setting, { what: "the reload" });
}

/** A database as nodes leave it. */
const newDatabase = () => server.createDatabase(`fleet_${++databases}`, TEMPLATE);
const as = (role: string, url: string) =>
  url.replace(`//${server.user}:${server.password}@`, `//${role}:${role}s-password@`);

const look = (url: string, keys: readonly string[] = [key]) =>
  findingsOf({
    FLEET_SERVER__DB_BACKEND: "postgres",
    FLEET_SERVER__DB_URL: url,
    ...(keys.length > 0 ? { FLEET_SERVER__DB_ENCRYPTION_KEY: JSON.stringify(keys) } : {}),
  });

async function faultsIn(url: string, keys: readonly string[] = [key]) {
  const found = await look(url, keys);
  for (const secret of [server.password, "a-wrong-password", "s-password", ...keys]) {
    expect(JSON.stringify(found)).not.toContain(secret);
  }
  return faultsOf(found)
    .filter(({ summary }) => !UNSAFE.test(summary))
    .map(({ name, status, summary, fix = "" }) => ({ name, status, summary, fix }));
}

/** What ends the start. */
async function startOn(url: string, keys: readonly string[] = [key]): Promise<string> {
  const started = await open(url, keys).catch((error: unknown) => error);
  if (started instanceof Error) return started.message;
  throw new Error("it started");
}

describe("a PostgreSQL database that is well", () => {
  it("is found so", async () => {
    const url = await newDatabase();
    await keepSafe("on");
    const found = await look(url).finally(() => keepSafe("off"));
    expect(statusesOf(found)).toEqual([
      "database.connection: ok",
      "database.tls: ok",
      "database.version: ok",
      "database.encoding: ok",
      "database.writes: ok",
      "database.rights: ok",
      "database.schema: ok",
      "database.keys: ok",
      "database.partitions: ok",
      "database.durability: ok",
      "database.connections: ok",
    ]);
  });

  it("may be empty, and stays so", async () => {
    const url = await server.createDatabase(`fleet_${++databases}`);
    expect(await faultsIn(url)).toEqual([]);
    expect((await look(url)).map(({ summary }) => summary)).toContain(
      "no tables yet: they will be made at the next start",
    );
    expect(await server.query("SELECT FROM pg_tables WHERE schemaname = 'public'", url)).toEqual([]);
  });

  it("is reached with the certificates that a node would check", async () => {
    const url = `${await newDatabase()}?sslmode=verify-full&sslrootcert=${certificates.caFile}`;
    expect(await faultsIn(url)).toEqual([]);
    expect((await look(url)).map(({ summary }) => summary)).toContain(
      "encrypted, the certificate and its host name verified",
    );
  });

  it("can only be read over the doctor's connection", async () => {
    const reader = new PostgresReader(await newDatabase());
    await expect(reader.ask("CREATE TABLE written (id int)")).rejects.toMatchObject({ code: "25006" });
    await expect(reader.ask("DELETE FROM settings")).rejects.toMatchObject({ code: "25006" });
    expect(await reader.ask("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await reader.close();
  });
});

describe("a PostgreSQL server that cannot be used", () => {
  it("is named with its address where nobody answers", async () => {
    const port = await freePort();
    const found = await look(`postgresql://fleet:a-wrong-password@127.0.0.1:${port}/fleet`);
    expect(faultsOf(found)).toEqual([
      {
        name: "database.connection",
        status: "failure",
        summary: expect.stringMatching(
          new RegExp(`^PostgreSQL cannot be reached \\(127.0.0.1:${port}\\): .*ECONNREFUSED`),
        ) as string,
        fix: "start the server there, or correct host and port",
      },
    ]);
    const others = found.filter(({ name }) => name !== "configuration" && name !== "database.connection");
    expect(others).toHaveLength(10);
    for (const { status, summary } of others) {
      expect([status, summary]).toEqual(["warning", "not examined: database.connection stands in the way"]);
    }
  });

  it.each<[what: string, url: () => string, words: RegExp]>([
    [
      "a wrong password",
      () => server.url.replace(server.password, "a-wrong-password"),
      /password authentication failed for user "fleet"; correct the user name or the password$/,
    ],
    ["no password", () => server.url.replace(`:${server.password}@`, "@"), /correct the user name or the password$/],
    [
      "a missing database",
      () => `${server.url}_missing`,
      /database "postgres_missing" does not exist; create the database, or name another$/,
    ],
    [
      "a certificate of another authority",
      () => `${server.url}?sslmode=verify-full&sslrootcert=${stranger.caFile}`,
      /certificate.*; check the address, sslmode and sslrootcert$/,
    ],
  ])("is told in the words of the start: %s", async (_what, url, words) => {
    const [fault, ...others] = await faultsIn(url());
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.connection", status: "failure" });
    const sentence = `${fault?.summary ?? ""}; ${fault?.fix ?? ""}`;
    expect(sentence).toMatch(words);
    expect(await startOn(url())).toBe(`server.db_url: ${sentence}`);
  });
});

describe("a fault of a PostgreSQL database", () => {
  it("is an encoding that cannot hold every name", async () => {
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    const url = server.url.replace(/postgres$/, "latin");
    const [fault, ...others] = await faultsIn(url);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.encoding", status: "failure" });
    expect(await startOn(url)).toBe(`server.db_url: ${fault?.summary ?? ""}; ${fault?.fix ?? ""}`);
  });

  it("is that it takes no writes", async () => {
    const url = await newDatabase();
    await server.query(`ALTER DATABASE fleet_${databases} SET default_transaction_read_only = on`);
    expect(await faultsIn(url)).toEqual([
      {
        name: "database.writes",
        status: "failure",
        summary: "PostgreSQL takes no writes: it is a standby, or set to be only read",
        fix: expect.stringContaining("default_transaction_read_only") as string,
      },
    ]);
  });

  it("is a user that may make no tables, in the words of the start", async () => {
    const url = as("reader", await server.createDatabase(`fleet_${++databases}`));
    const [fault, ...others] = await faultsIn(url);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.rights", status: "failure" });
    expect(await startOn(url)).toBe(`server.db_url: ${fault?.summary ?? ""}; ${fault?.fix ?? ""}`);
  });

  it("is a user that may only read", async () => {
    const url = await newDatabase();
    await server.query("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", url);
    const faults = await faultsIn(as("reader", url));
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
    const url = await newDatabase();
    await server.query("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer", url);
    await server.query("GRANT CREATE ON SCHEMA public TO writer", url);
    const faults = await faultsIn(as("writer", url));
    expect(faults.map(({ name, summary }) => [name, /^must be owner of table (\w+)/.exec(summary)?.[1]])).toEqual([
      ["database.rights", "history_details"],
      ["database.rights", "history_samples"],
    ]);
    // As PostgreSQL has it.
    await expect(server.query("SELECT fleet_make_history_day(40000)", as("writer", url))).rejects.toThrow(
      "must be owner of table history_samples",
    );
  });

  it("is another program's table, in the words of the start", async () => {
    const url = await server.createDatabase(`fleet_${++databases}`);
    await server.query("CREATE TABLE users (id int)", url);
    const [fault, ...others] = await faultsIn(url);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.schema", status: "failure" });
    expect(await startOn(url)).toBe(`server.db_url: ${fault?.summary ?? ""}; ${fault?.fix ?? ""}`);
  });

  it("is a change by a newer version, and none that a migration is missing", async () => {
    const url = await newDatabase();
    await server.query("DELETE FROM migrations WHERE name = 'PublishedHeartbeats1764500000000'", url);
    expect(await faultsIn(url)).toEqual([]);
    await server.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')", url);
    expect(await faultsIn(url)).toEqual([
      expect.objectContaining({
        name: "database.schema",
        status: "warning",
        summary: expect.stringContaining("Newer9999999999999") as string,
      }),
    ]);
  });

  it.each([
    ["another key", [FernetKey.generate()]],
    ["no key", []],
  ])("is %s than the database's, in the words of the start", async (_what, keys) => {
    const url = await newDatabase();
    const [fault, ...others] = await faultsIn(url, keys);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.keys", status: "failure" });
    const sentence = `${fault?.summary ?? ""}. ${fault?.fix ?? ""}.`;
    expect((await startOn(url, keys)).toLowerCase()).toBe(sentence.toLowerCase());
  });

  it("is a partition of history that is missing", async () => {
    const url = await newDatabase();
    const [today] = await server.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') AS day", url);
    const tomorrow = await server.query(
      "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYYMMDD') AS day",
    );
    const missing = [`history_samples_${String(tomorrow[0]?.day)}`, `history_details_${String(today?.day)}`];
    for (const name of missing) await server.query(`DROP TABLE ${pg.escapeIdentifier(name)}`, url);
    const [fault, ...others] = await faultsIn(url);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ name: "database.partitions", status: "warning" });
    for (const name of missing) expect(fault?.summary).toContain(name);
  });

  it("is that answered reports may be lost", async () => {
    const url = await newDatabase();
    await server.query(`ALTER DATABASE fleet_${databases} SET synchronous_commit = off`);
    expect(await faultsIn(url)).toEqual([
      expect.objectContaining({
        name: "database.durability",
        status: "warning",
        summary: expect.stringMatching(/^synchronous_commit is off/) as string,
      }),
    ]);
  });

  it("is that a crash of the machine may lose or damage the database", async () => {
    const unsafe = faultsOf(await look(await newDatabase())).map(({ name, status, summary }) => [
      name,
      status,
      UNSAFE.exec(summary)?.[1],
    ]);
    expect(unsafe).toEqual([
      ["database.durability", "warning", "fsync"],
      ["database.durability", "warning", "full_page_writes"],
    ]);
  });

  it("is that a node would not get its connections", async () => {
    const url = await newDatabase();
    await server.query(`ALTER DATABASE fleet_${databases} CONNECTION LIMIT 5`);
    expect(await faultsIn(url)).toEqual([
      {
        name: "database.connections",
        status: "warning",
        summary: "5 connections are free (max_connections is 100), a node may open 11",
        fix: "raise the CONNECTION LIMIT of the user or the database",
      },
    ]);
  });
});
