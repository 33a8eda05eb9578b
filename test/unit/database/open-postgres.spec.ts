import { Logger } from "@nestjs/common";
import type pg from "pg";
import { ConfigError } from "../../../src/config/config-error.js";
import { closePostgres, openPostgres } from "../../../src/database/open-postgres.js";
import { makeCertificates } from "../../support/certificates.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { waitFor } from "../../support/wait-for.js";

// The server's certificate is for 127.0.0.1 and this name, and so not for localhost.
const certificates = makeCertificates(["db.example.com"]);
const stranger = makeCertificates();

describe("a pool of PostgreSQL connections", () => {
  let server: PostgresServer;
  const opened: pg.Pool[] = [];

  function pool(query = "", host = "127.0.0.1", max = 2): pg.Pool {
    const another = openPostgres(`${server.url.replace("@127.0.0.1:", `@${host}:`)}${query}`, {
      purpose: "tests",
      max,
    });
    opened.push(another);
    return another;
  }

  const encrypted = async (query: string, host?: string): Promise<unknown> => {
    const answer = await pool(query, host).query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    return answer.rows[0]?.ssl;
  };

  beforeAll(async () => {
    server = await startPostgres({ tls: certificates });
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(closePostgres));
  });

  it.each([
    ["plain text without sslmode", "", "127.0.0.1", false],
    ["TLS, unchecked, with require", "?sslmode=require", "127.0.0.1", true],
    [
      "a certificate of the authority with verify-ca",
      `?sslmode=verify-ca&sslrootcert=${certificates.caFile}`,
      "localhost",
      true,
    ],
    [
      "certificate and name with verify-full",
      `?sslmode=verify-full&sslrootcert=${certificates.caFile}`,
      "127.0.0.1",
      true,
    ],
  ])("takes %s", async (_, query, host, ssl) => {
    expect(await encrypted(query, host)).toBe(ssl);
  });

  it.each([
    [
      "another authority's certificate with verify-full",
      `?sslmode=verify-full&sslrootcert=${stranger.caFile}`,
      "127.0.0.1",
      /certificate/,
    ],
    [
      "another authority's certificate with verify-ca",
      `?sslmode=verify-ca&sslrootcert=${stranger.caFile}`,
      "127.0.0.1",
      /certificate/,
    ],
    ["an authority nobody named with verify-full", "?sslmode=verify-full", "127.0.0.1", /certificate/],
    [
      "another name with verify-full",
      `?sslmode=verify-full&sslrootcert=${certificates.caFile}`,
      "localhost",
      /does not match/,
    ],
  ])("refuses %s", async (_, query, host, reason) => {
    await expect(encrypted(query, host)).rejects.toThrow(reason);
  });

  it("refuses a mistake in the URL before it connects, naming no secret", () => {
    const open = () => openPostgres(`${server.url}?sslmode=verify-ca`, { purpose: "cluster", max: 1 });
    expect(open).toThrow(ConfigError);
    expect(open).toThrow("the database URL (cluster): sslmode=verify-ca needs sslrootcert");
    expect(open).not.toThrow(server.password);
  });

  it("ends a statement that takes too long, on the server too", async () => {
    await expect(pool().query("SELECT pg_sleep(30)")).rejects.toThrow("statement timeout");
    const active = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'fleet-server-tests' AND state = 'active'";
    await waitFor(async () => (await server.query(active)).length === 0, { what: "the statement to end" });
  });

  it("survives the server's end, and logs the loss and the return once each", async () => {
    const lines: string[] = [];
    const log = (message: unknown) => lines.push(String(message));
    Logger.overrideLogger({ log, warn: log, error: log });
    try {
      const two = pool();
      await Promise.all([two.query("SELECT 1"), two.query("SELECT 1")]);
      await server.stop();
      await waitFor(() => two.totalCount === 0, { what: "the idle connections to be gone" });
      for (let attempt = 0; attempt < 3; attempt++) await expect(two.query("SELECT 1")).rejects.toThrow();
      await server.start();
      await Promise.all([two.query("SELECT 1"), two.query("SELECT 1")]);
    } finally {
      Logger.overrideLogger(false);
    }
    expect(lines).toEqual([
      expect.stringMatching(/^PostgreSQL cannot be reached \(tests\): ./),
      "Connected to PostgreSQL again (tests)",
    ]);
  });
});
