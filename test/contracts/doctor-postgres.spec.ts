import { DatabaseSecrets } from "../../src/database/database-secrets.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../src/database/open-postgres-database.js";
import { Setting } from "../../src/database/setting.entity.js";
import { partitionOf } from "../../src/fleet/history/postgres-days.js";
import { DAY_MS } from "../../src/fleet/history/slots.js";
import { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import { onCleanup } from "../support/cleanup.js";
import { examine, finding } from "../support/examine.js";
import { freePort } from "../support/free-port.js";
import { newFernetKey } from "../support/keys.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { report } from "../support/accepted-report.js";

const key = newFernetKey();
let server: PostgresServer;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});

const look = (db_url: string, settings: Record<string, unknown> = {}) =>
  examine({ db_backend: "postgresql", db_url, db_encryption_key: key, ...settings });

/** A database as a node leaves it, with today's partitions. */
async function madeDatabase(): Promise<string> {
  const url = await server.createDatabase(`examined_${++databases}`);
  const cipher = new DocumentCipher([key]);
  const dataSource = await openPostgresDatabase(url, [Setting], cipher);
  await DatabaseSecrets.load(dataSource.getRepository(Setting), cipher);
  await dataSource.destroy();
  return url;
}

async function addTodaysPartitions(url: string): Promise<void> {
  const cipher = new DocumentCipher([key]);
  const store = new PostgresFleetStore({ url, cipher, detailIntervalMs: 60_000, repeatWindowMs: 15_000 });
  onCleanup(() => store.close());
  const now = Date.now();
  const at = (sampledAt: number) => report("web-01", 0, { arrivedAt: now, sampledAt });
  await store.commit([at(now), at(now + DAY_MS)]);
}

/** What a start says of the same database. */
const startFails = async (url: string, keys: readonly string[] = [key]) =>
  String(
    await openPostgresDatabase(url, [Setting], new DocumentCipher(keys)).then(
      (dataSource) => dataSource.destroy().then(() => "it did not fail"),
      (error: unknown) => error,
    ),
  );

const failed = ({ checks }: Awaited<ReturnType<typeof examine>>) =>
  checks.filter(({ status }) => status === "failure").map(({ name }) => name);

describe("the doctor, of a PostgreSQL database", () => {
  it("finds nothing wrong with what a node has made, but that this server's commits are not durable", async () => {
    const url = await madeDatabase();
    await addTodaysPartitions(url);
    const examined = await look(url);
    expect(examined).toMatchObject({ code: 0, status: "warning" });
    expect(examined.checks.filter(({ status }) => status !== "ok").map(({ name }) => name)).toEqual([
      // Its own folder is gone after the test.
      "database.durability",
      "database.durability",
    ]);
    expect(examined.text).not.toContain(server.password);
  });

  it("changes nothing: an empty database stays empty", async () => {
    const url = await server.createDatabase(`examined_${++databases}`);
    const examined = await look(url);
    expect(failed(examined)).toEqual([]);
    expect(finding(examined, "database.schema").summary).toBe("no tables yet: they will be made at the next start");
    expect(await server.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", url)).toEqual([]);
  });

  it.each([
    ["a wrong password", (url: string) => url.replace(server.password, "not-it"), /password authentication failed/],
    ["a missing database", (url: string) => url.replace(/[^/]+$/, "nowhere"), /database "nowhere" does not exist/],
  ])("names %s in the words of the start, and no password", async (_what, spoil, expected) => {
    const url = spoil(await madeDatabase());
    const examined = await look(url);
    expect(examined.code).toBe(1);
    const { summary, fix } = finding(examined, "database.connection");
    expect(summary).toMatch(expected);
    expect(await startFails(url)).toContain(`${summary}; ${fix}`);
    for (const secret of ["not-it", server.password]) expect(examined.text).not.toContain(secret);
    expect(finding(examined, "database.keys").summary).toBe("not examined: database.connection comes first");
  });

  it("says that nobody listens there, and looks at nothing else", async () => {
    const examined = await look(`postgresql://fleet:secret@127.0.0.1:${await freePort()}/fleet`);
    expect(failed(examined)).toEqual(["database.connection"]);
    expect(finding(examined, "database.connection").fix).toBe("start the server there, or correct host and port");
  });

  it("says where TLS is asked for and the server has none", async () => {
    const examined = await look(`${await madeDatabase()}?sslmode=require`);
    expect(failed(examined)).toEqual(["database.connection"]);
    expect(finding(examined, "database.connection").fix).toMatch(/sslmode/);
  });

  it("tells a database in another encoding, as the start does", async () => {
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    const url = server.url.replace(/[^/]+$/, "latin");
    const { summary, fix } = finding(await look(url), "database.encoding");
    expect(await startFails(url)).toContain(`${summary}; ${fix}`);
  });

  it("tells a database that takes no writes", async () => {
    const url = await madeDatabase();
    await server.query(`ALTER DATABASE examined_${databases} SET default_transaction_read_only = on`);
    expect(failed(await look(url))).toEqual(["database.writes"]);
  });

  it("tells a user without rights", async () => {
    const url = await madeDatabase();
    await server.query("CREATE ROLE guest LOGIN PASSWORD 'guest-password'");
    const guest = url.replace("fleet:", "guest:").replace(server.password, "guest-password");
    const examined = await look(guest);
    expect(examined.code).toBe(1);
    const rights = examined.checks.filter(({ name }) => name === "database.rights").map(({ summary }) => summary);
    expect(rights).toContainEqual(expect.stringMatching(/permission denied for schema public/));
    expect(rights).toContainEqual(expect.stringMatching(/permission denied for table machines/));
  });

  it("tells a key that does not open the database", async () => {
    const url = await madeDatabase();
    const other = newFernetKey();
    const { summary } = finding(await look(url, { db_encryption_key: other }), "database.keys");
    expect(summary).toMatch(/none of the keys set opens this database/);
    expect(await startFails(url, [other])).toContain(summary);
  });

  it("tells missing partitions, commits that are not waited for, and what a newer version has done", async () => {
    const url = await madeDatabase();
    await server.query(`ALTER DATABASE examined_${databases} SET synchronous_commit = off`);
    await server.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')", url);
    await addTodaysPartitions(url);
    const tomorrow = partitionOf("history_samples", Math.floor(Date.now() / DAY_MS) + 1);
    await server.query(`DROP TABLE ${tomorrow}`, url);
    const examined = await look(url);
    expect(examined).toMatchObject({ code: 0, status: "warning" });
    const summaries = examined.checks.filter(({ status }) => status === "warning").map(({ summary }) => summary);
    expect(summaries).toEqual(
      expect.arrayContaining([
        expect.stringContaining(tomorrow),
        expect.stringMatching(/^synchronous_commit is off/),
        expect.stringMatching(/newer version .*Future9999999999999/),
      ]),
    );
  });

  it("tells when a node would not get its connections", async () => {
    const url = await madeDatabase();
    await server.query(`ALTER DATABASE examined_${databases} CONNECTION LIMIT 5`);
    // Limits are not for superusers; this one shows what is told to others.
    expect(finding(await look(url), "database.connections")).toMatchObject({
      status: "warning",
      fix: "raise the CONNECTION LIMIT of the user or the database",
    });
  });
});
