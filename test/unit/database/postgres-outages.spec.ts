import { Logger } from "@nestjs/common";
import pg from "pg";
import type { DataSource } from "typeorm";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { askDatabase } from "../../../src/database/ask-database.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { Incarnations } from "../../../src/database/incarnations.js";
import { openPostgresDatabase } from "../../../src/database/open-postgres-database.js";
import { onCleanup } from "../../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { waitFor } from "../../support/wait-for.js";

/** Two seconds for a connection and 1.5 for an answer, and as much again for a busy test machine. */
const BOUND_MS = 7_000;

describe("the fleet's database on PostgreSQL", () => {
  let server: PostgresServer;
  let dataSource: DataSource;
  let incarnations: Incarnations;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startPostgres();
    dataSource = await openPostgresDatabase(server.url, [], new DocumentCipher([]));
    onCleanup(() => dataSource.destroy());
    incarnations = new Incarnations(dataSource);
  });

  const connections = async () =>
    server.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'fleet-server-database'");

  async function expectUnavailable(operation: () => Promise<unknown>): Promise<void> {
    const startedMs = performance.now();
    await expect(operation()).rejects.toBeInstanceOf(BackendUnavailableError);
    expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
  }

  const expectBack = () => waitFor(() => incarnations.issue("node-1"), { what: "the database to be used again" });

  it("is unavailable within its bound while the server is frozen, and is found again", async () => {
    await incarnations.issue("node-1");
    server.freeze();
    try {
      await expectUnavailable(() => incarnations.issue("node-1"));
      await expectUnavailable(() => incarnations.issue("node-1"));
      // More callers than connections, all at once.
      await Promise.all(Array.from({ length: 10 }, () => expectUnavailable(() => incarnations.issued())));
    } finally {
      server.resume();
    }
    await expectBack();
  });

  it("lets go of a connection whose answer did not come", async () => {
    await incarnations.issue("node-1");
    const before = (await connections()).map(({ pid }) => pid);
    await expectUnavailable(() => askDatabase(() => dataSource.query("SELECT pg_sleep(30)")));
    server.freeze();
    try {
      await expectUnavailable(() => incarnations.issue("node-1"));
    } finally {
      server.resume();
    }
    await expectBack();
    expect(before.length).toBeGreaterThan(0);
    const left = async () => (await connections()).filter(({ pid }) => before.includes(pid)).length < before.length;
    await waitFor(left, { what: "the server to lose a connection" });
  });

  it("is unavailable while the server is stopped, and is found again", async () => {
    await server.stop();
    await expectUnavailable(() => incarnations.issue("node-1"));
    await server.start();
    await expectBack();
  });

  it("is unavailable to whom the server sends away", async () => {
    const sleeping = askDatabase(() => dataSource.query("SELECT pg_sleep(1)"));
    const unavailable = expectUnavailable(() => sleeping);
    const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)%'`;
    await waitFor(async () => (await server.query(terminate)).length > 0, { what: "the statement to be sent away" });
    await unavailable;
    await expectBack();
  });

  it("is unavailable while the server is only to be read from, and still read", async () => {
    await server.query("ALTER DATABASE postgres SET default_transaction_read_only = on");
    await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fleet-server-database'",
    );
    await waitFor(() => incarnations.issued(), { what: "the database to be read" });
    await expectUnavailable(() => incarnations.issue("node-1"));
    expect((await incarnations.issued()).get("node-1")).toMatchObject({ incarnation: expect.any(Number) as number });
    await server.query("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT");
    await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fleet-server-database'",
    );
    await expectBack();
  });

  it("undoes a deadlock and tries again, unnoticed", async () => {
    await incarnations.issue("node-a");
    await incarnations.issue("node-b");
    const other = new pg.Client({ connectionString: server.url });
    await other.connect();
    const change = (nodeId: string) =>
      `UPDATE node_incarnations SET incarnation = incarnation + 1 WHERE node_id = '${nodeId}'`;
    await other.query("SET deadlock_timeout = '10s'; BEGIN");
    await other.query(change("node-b"));
    const ours = askDatabase(() =>
      dataSource.transaction(async (manager) => {
        await manager.query("SET LOCAL deadlock_timeout = '500ms'");
        await manager.query(change("node-a"));
        await manager.query(change("node-b"));
      }),
    );
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await waitFor(async () => (await server.query(waiting)).length > 0, { what: "ours to wait for the other" });
    await other.query(change("node-a"));
    await other.query("COMMIT");
    await other.end();
    await ours;
    const issued = await incarnations.issued();
    expect([issued.get("node-a")?.incarnation, issued.get("node-b")?.incarnation]).toEqual([3, 3]);
  });
});
