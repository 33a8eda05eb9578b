import type { DataSource } from "typeorm";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../../src/database/open-postgres-database.js";
import { PostgresClock } from "../../../src/database/postgres-clock.js";
import { withClockAhead } from "../../contracts/clock-ahead.js";
import { onCleanup } from "../../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { waitFor } from "../../support/wait-for.js";

const HOUR_MS = 3_600_000;

describe("PostgreSQL's clock", () => {
  let server: PostgresServer;
  let dataSource: DataSource;

  beforeAll(async () => {
    server = await startPostgres();
    dataSource = await openPostgresDatabase(server.url, [], new DocumentCipher([]));
    onCleanup(() => dataSource.destroy());
  });

  async function started(readEveryMs?: number): Promise<PostgresClock> {
    const clock = await PostgresClock.start(dataSource, readEveryMs);
    onCleanup(() => {
      clock.onModuleDestroy();
    });
    return clock;
  }

  /** How far the clock is from the server's, which is asked in between two looks at it. */
  async function errorMs(clock: PostgresClock): Promise<number> {
    const before = clock.nowMs();
    const [row] = await server.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms");
    const after = clock.nowMs();
    const serverMs = Number(row?.ms);
    return Math.max(before - serverMs, serverMs - after, 0);
  }

  it("is told in whole milliseconds", async () => {
    const clock = await started();
    expect(Number.isInteger(clock.nowMs())).toBe(true);
    expect(await errorMs(clock)).toBeLessThan(500);
  });

  it("does not change when this machine's clock is set, before the start or after it", async () => {
    const clock = await started(20);
    await withClockAhead(HOUR_MS, async () => {
      expect(await errorMs(clock)).toBeLessThan(500);
      expect(await errorMs(await started())).toBeLessThan(500);
    });
    await withClockAhead(-HOUR_MS, async () => {
      expect(await errorMs(clock)).toBeLessThan(500);
    });
  });

  it("goes on while the server is frozen, and is read again afterwards", async () => {
    const clock = await started(20);
    const before = clock.nowMs();
    server.freeze();
    try {
      await waitFor(() => clock.nowMs() >= before + 2_000, { what: "two seconds to pass on the clock" });
    } finally {
      server.resume();
    }
    await waitFor(async () => (await errorMs(clock)) < 50, { what: "the clock to be right" });
  });
});
