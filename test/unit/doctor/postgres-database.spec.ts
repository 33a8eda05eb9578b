import { Logger } from "@nestjs/common";
import { PostgresReader } from "../../../src/doctor/postgres/postgres-reader.js";
import { makeCertificates } from "../../support/certificates.js";
import { freePort } from "../../support/free-port.js";
import { faultsOf, onlyFault, statusesOf } from "./doctor-findings.js";
import { ExaminedPostgres } from "./examined-postgres.js";
import { testPostgresFaults } from "./postgres-faults.contract.js";

const certificates = makeCertificates();
const stranger = makeCertificates();
let postgres: ExaminedPostgres;

beforeAll(async () => {
  Logger.overrideLogger(false);
  postgres = await ExaminedPostgres.start(certificates);
});

describe("a PostgreSQL database that is well", () => {
  it("is found so", async () => {
    const url = await postgres.newDatabase();
    await postgres.keepSafe("on");
    const found = await postgres.look(url).finally(() => postgres.keepSafe("off"));
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
      "database.clock: ok",
    ]);
  });

  it("may be empty, and stays so", async () => {
    const url = await postgres.emptyDatabase();
    expect(await postgres.faultsIn(url)).toEqual([]);
    expect((await postgres.look(url)).map(({ summary }) => summary)).toContain(
      "no tables yet: they will be made at the next start",
    );
    expect(await postgres.server.query("SELECT FROM pg_tables WHERE schemaname = 'public'", url)).toEqual([]);
  });

  it("is reached with the certificates that a node would check", async () => {
    const url = `${await postgres.newDatabase()}?sslmode=verify-full&sslrootcert=${certificates.caFile}`;
    expect(await postgres.faultsIn(url)).toEqual([]);
    expect((await postgres.look(url)).map(({ summary }) => summary)).toContain(
      "encrypted, the certificate and its host name verified",
    );
  });

  it("can only be read over the doctor's connection", async () => {
    const reader = new PostgresReader(await postgres.newDatabase());
    await expect(reader.ask("CREATE TABLE written (id int)")).rejects.toMatchObject({ code: "25006" });
    await expect(reader.ask("DELETE FROM settings")).rejects.toMatchObject({ code: "25006" });
    expect(await reader.ask("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await reader.close();
  });
});

describe("a PostgreSQL server that cannot be used", () => {
  it("is named with its address where nobody answers", async () => {
    const port = await freePort();
    const found = await postgres.look(`postgresql://fleet:a-wrong-password@127.0.0.1:${port}/fleet`);
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
    const others = found.filter(({ name }) => /^database\.(?!connection$)/.test(name));
    expect(others).toHaveLength(11);
    for (const { status, summary } of others) {
      expect([status, summary]).toEqual(["warning", "not examined: database.connection stands in the way"]);
    }
  });

  it.each<[what: string, url: () => string, words: RegExp]>([
    [
      "a wrong password",
      () => postgres.server.url.replace(postgres.server.password, "a-wrong-password"),
      /password authentication failed for user "fleet"; correct the user name or the password$/,
    ],
    [
      "no password",
      () => postgres.server.url.replace(`:${postgres.server.password}@`, "@"),
      /correct the user name or the password$/,
    ],
    [
      "a missing database",
      () => `${postgres.server.url}_missing`,
      /database "postgres_missing" does not exist; create the database, or name another$/,
    ],
    [
      "a certificate of another authority",
      () => `${postgres.server.url}?sslmode=verify-full&sslrootcert=${stranger.caFile}`,
      /certificate.*; check the address, sslmode and sslrootcert$/,
    ],
  ])("is told in the words of the start: %s", async (_what, url, words) => {
    const fault = onlyFault(await postgres.faultsIn(url()));
    expect(fault).toMatchObject({ name: "database.connection", status: "failure" });
    const sentence = `${fault.summary}; ${fault.fix}`;
    expect(sentence).toMatch(words);
    expect(await postgres.startOn(url())).toBe(`server.db_url: ${sentence}`);
  });
});

testPostgresFaults(() => postgres);
