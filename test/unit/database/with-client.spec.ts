import type pg from "pg";
import { closePostgres, openPostgres } from "../../../src/database/open-postgres.js";
import { withClient } from "../../../src/database/with-client.js";
import { onCleanup } from "../../support/cleanup.js";
import { startPostgres } from "../../support/postgres-server.js";

describe("work on a connection of the pool", () => {
  let pool: pg.Pool;

  beforeAll(async () => {
    const { url } = await startPostgres();
    pool = openPostgres(url, { purpose: "tests", max: 1 });
    onCleanup(() => closePostgres(pool));
  });

  const pidOf = async (database: pg.Pool | pg.PoolClient) => {
    const { rows } = await database.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return rows[0]?.pid;
  };

  it("gives the connection back when it is done", async () => {
    const first = await withClient(pool, pidOf);
    expect(first).toEqual(expect.any(Number));
    expect(await withClient(pool, pidOf)).toBe(first);
  });

  it("ends the connection with whatever was under way in it, where it fails", async () => {
    const before = await pidOf(pool);
    const failing = withClient(pool, async (client) => {
      await client.query("BEGIN");
      await client.query("CREATE TABLE half_done ()");
      throw new Error("in the middle of it");
    });
    await expect(failing).rejects.toThrow("in the middle of it");
    expect(await pidOf(pool)).not.toBe(before);
    expect((await pool.query("SELECT to_regclass('half_done') AS made")).rows).toEqual([{ made: null }]);
  });
});
