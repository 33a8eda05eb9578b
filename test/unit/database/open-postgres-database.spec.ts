import { Logger } from "@nestjs/common";
import path from "node:path";
import pg from "pg";
import type { DataSource } from "typeorm";
import { ConfigError } from "../../../src/config/config-error.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { Incarnations } from "../../../src/database/incarnations.js";
import { postgresMigrations } from "../../../src/database/migrations/postgres-migrations.js";
import { Initial1764000000000 } from "../../../src/database/migrations/postgres/1764000000000-initial.js";
import { migratePostgres } from "../../../src/database/migrate-postgres.js";
import { openPostgresDatabase } from "../../../src/database/open-postgres-database.js";
import { PostgresDataSource } from "../../../src/database/postgres-data-source.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { makeCertificates } from "../../support/certificates.js";
import { startProcess } from "../../support/child-process.js";
import { onCleanup } from "../../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { projectRoot } from "../../support/project-root.js";
import { waitFor } from "../../support/wait-for.js";

const certificates = makeCertificates();
const stranger = makeCertificates();
const names = postgresMigrations.map(({ name }) => name);
let server: PostgresServer;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres({ tls: certificates });
});

const newDatabase = () => server.createDatabase(`fleet_${++databases}`);

async function open(url: string, keys: readonly string[] = []): Promise<DataSource> {
  const dataSource = await openPostgresDatabase(url, [Setting], new DocumentCipher(keys));
  onCleanup(() => dataSource.destroy());
  return dataSource;
}

async function secretsOf(url: string, keys: readonly string[]): Promise<DatabaseSecrets> {
  return DatabaseSecrets.load((await open(url, keys)).getRepository(Setting), new DocumentCipher(keys));
}

/** A database as a version left it that knew the first migration only. */
async function oldDatabase(): Promise<string> {
  const url = await newDatabase();
  const old = new PostgresDataSource(url, { purpose: "tests", max: 1 }, { migrations: [Initial1764000000000] });
  await old.initialize();
  await migratePostgres(old, () => Promise.resolve());
  await old.destroy();
  return url;
}

const applied = async (url: string) =>
  (await server.query("SELECT name FROM migrations ORDER BY id", url)).map((row) => row.name);

/** Runs `work` with what is logged meanwhile. */
async function withLines(work: (lines: readonly string[]) => Promise<unknown>): Promise<void> {
  const lines: string[] = [];
  const log = (message: unknown) => lines.push(String(message));
  Logger.overrideLogger({ log, warn: log, error: log });
  try {
    await work(lines);
  } finally {
    Logger.overrideLogger(false);
  }
}

describe("opening a PostgreSQL database", () => {
  it("agrees on one schema, one id and one secret when processes start together, and numbers their starts", async () => {
    const url = await newDatabase();
    const built = (file: string) => JSON.stringify(path.join(projectRoot, `dist/database/${file}.js`));
    const program = `
      const { openPostgresDatabase } = await import(${built("open-postgres-database")});
      const { DatabaseSecrets } = await import(${built("database-secrets")});
      const { DocumentCipher } = await import(${built("document-cipher")});
      const { Incarnations } = await import(${built("incarnations")});
      const { Setting } = await import(${built("setting.entity")});
      const cipher = new DocumentCipher([process.env.KEY]);
      const dataSource = await openPostgresDatabase(process.env.URL, [Setting], cipher);
      const secrets = await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher);
      const incarnations = new Incarnations(dataSource);
      const issued = [];
      for (let start = 0; start < 10; start++) issued.push(await incarnations.issue("node-1"));
      console.log(JSON.stringify({ id: secrets.databaseId, key: secrets.derive("x").toString("hex"), issued }));
      await dataSource.destroy();`;
    const env = { ...process.env, URL: url, KEY: FernetKey.generate() };
    const nodes = Array.from({ length: 4 }, () =>
      startProcess(process.execPath, ["--input-type=module", "-e", program], { env }),
    );
    const outputs = await Promise.all(nodes.map((node) => node.exited.then(() => node.output)));
    const answers = outputs.map((output) => JSON.parse(output) as { id: string; key: string; issued: number[] });
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(new Set(answers.map(({ key }) => key)).size).toBe(1);
    for (const { issued } of answers) expect(issued).toEqual(issued.toSorted((a, b) => a - b));
    expect(answers.flatMap(({ issued }) => issued).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    expect(await applied(url)).toEqual(names);
  });

  it("gives a database of an older version the newer tables, and keeps what it holds", async () => {
    const url = await oldDatabase();
    await server.query("INSERT INTO users VALUES ('alice', 'x', 'admin', 1764000000000)", url);
    await server.query("INSERT INTO node_incarnations VALUES ('node-1', 7)", url);
    const dataSource = await open(url);
    expect(await applied(url)).toEqual(names);
    expect(await dataSource.query("SELECT username, created_at FROM users")).toEqual([
      { username: "alice", created_at: 1_764_000_000_000 },
    ]);
    expect(await new Incarnations(dataSource).issue("node-1")).toBe(8);
    expect(await new Incarnations(dataSource).issued()).toEqual(new Map([["node-1", { incarnation: 8, sequence: 0 }]]));
  });

  it("takes a database that a newer version has changed, as in a rolling update", async () => {
    const url = await newDatabase();
    await open(url);
    await server.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')", url);
    await server.query("ALTER TABLE settings ADD COLUMN newer text", url);
    await secretsOf(url, []);
    expect(await applied(url)).toEqual([...names, "Newer9999999999999"]);
  });

  it("needs no right to make tables once they are there", async () => {
    const url = await newDatabase();
    await open(url);
    await server.query("CREATE ROLE reader LOGIN PASSWORD 'readers-password'", url);
    await server.query("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader", url);
    const asReader = url.replace(`//${server.user}:${server.password}@`, "//reader:readers-password@");
    await secretsOf(asReader, []);
  });

  it.each([
    ["another key", [FernetKey.generate()]],
    ["no key", []],
  ])("refuses a node with %s, and writes nothing", async (_what, keys) => {
    const url = await oldDatabase();
    const sealed = new DocumentCipher([FernetKey.generate()]).seal('"fleet key check"');
    await server.query(`INSERT INTO settings VALUES ('key_check', ${pg.escapeLiteral(sealed)})`, url);
    await expect(secretsOf(url, keys)).rejects.toMatchObject({ code: "WRONG_DATABASE_KEY" });
    expect(await applied(url)).toEqual([Initial1764000000000.name]);
    expect(await server.query("SELECT name FROM settings", url)).toEqual([{ name: "key_check" }]);
  });

  it("waits for a server that is away, with one line in the log for the loss and one for the return", async () => {
    const url = await newDatabase();
    await server.stop();
    await withLines(async (lines) => {
      let opened = false;
      const opening = open(url).then(() => (opened = true));
      await waitFor(() => lines.length > 0, { what: "the loss to be logged" });
      expect(opened).toBe(false);
      await server.start();
      await opening;
      expect(lines).toEqual([
        expect.stringMatching(/^PostgreSQL cannot be reached \(database\): .*ECONNREFUSED/),
        "Connected to PostgreSQL again (database)",
      ]);
    });
  });
});

it("waits for a server that takes no writes yet, and says so", async () => {
  const url = await newDatabase();
  await server.query(`ALTER DATABASE fleet_${databases} SET default_transaction_read_only = on`);
  await withLines(async (lines) => {
    const opening = open(url);
    await waitFor(() => lines.length > 0, { what: "the wait to be logged" });
    await server.query(`ALTER DATABASE fleet_${databases} SET default_transaction_read_only = off`);
    await opening;
    expect(lines[0]).toMatch(
      /^PostgreSQL cannot be reached \(database\): PostgreSQL takes no writes: .*; name the server/,
    );
  });
  expect(await applied(url)).toEqual(names);
});

describe("what only an operator can mend", () => {
  async function refusalOf(url: string): Promise<string> {
    let message = "";
    await withLines(async () => {
      const error: unknown = await open(url).then(
        () => "opened",
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as ConfigError).message;
    });
    expect(message).toMatch(/^server\.db_url: /);
    expect(message).not.toContain(server.password);
    expect(message).not.toContain("a-wrong-password");
    return message;
  }

  it("ends the start: a wrong password", async () => {
    const wrong = server.url.replace(server.password, "a-wrong-password");
    expect(await refusalOf(wrong)).toMatch(/password authentication failed for user "fleet"/);
  });

  it("ends the start: no password", async () => {
    expect(await refusalOf(server.url.replace(`:${server.password}@`, "@"))).toMatch(/password/);
  });

  it("ends the start: a database that does not exist", async () => {
    expect(await refusalOf(`${server.url}_missing`)).toMatch(/database "postgres_missing" does not exist/);
  });

  it("ends the start: a role that may not make tables", async () => {
    const url = await newDatabase();
    await server.query("CREATE ROLE guest LOGIN PASSWORD 'guests-password'");
    const asGuest = url.replace(`//${server.user}:${server.password}@`, "//guest:guests-password@");
    expect(await refusalOf(asGuest)).toMatch(/permission denied for schema public; .*CREATE/);
  });

  it("ends the start: a database with another program's tables", async () => {
    const url = await newDatabase();
    await server.query("CREATE TABLE users (id int)", url);
    expect(await refusalOf(url)).toMatch(/relation "users" already exists; give the fleet a database of its own/);
    expect(await server.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", url)).toEqual([
      { tablename: "users" },
    ]);
  });

  it("ends the start: a certificate of an authority that is not trusted", async () => {
    const url = `${server.url}?sslmode=verify-full&sslrootcert=${stranger.caFile}`;
    expect(await refusalOf(url)).toMatch(/certificate/);
    await open(`${await newDatabase()}?sslmode=verify-full&sslrootcert=${certificates.caFile}`);
  });

  it("ends the start: a server without TLS, where TLS is asked for", async () => {
    const plain = await startPostgres();
    expect(await refusalOf(`${plain.url}?sslmode=require`)).toMatch(/does not support SSL/);
    await plain.stop();
  });

  it("ends the start: a database that cannot hold every name", async () => {
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    expect(await refusalOf(server.url.replace(/postgres$/, "latin"))).toMatch(/encoding is LATIN1; .*UTF8/);
  });
});

it("waits for the tables while another node makes them, longer than any other statement may take", async () => {
  const url = await newDatabase();
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT pg_advisory_xact_lock(hashtext('fleet_database'))");
  const opening = open(url);
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND now() - query_start > interval '1600 ms'";
  await waitFor(async () => (await server.query(waiting)).length > 0, { what: "the other node to have waited long" });
  await holder.query("COMMIT");
  await holder.end();
  await opening;
  expect(await applied(url)).toEqual(names);
});
