import type { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { createFleetDatabase, postgresFleetStore } from "./fleet-database.js";

/** A PostgreSQL for a test file, and in it an empty fleet database for each test, whose stores are closed after it. */
export class PostgresFleet {
  private started: PostgresServer | undefined;
  private address = "";
  private readonly opened: PostgresFleetStore[] = [];

  /** To be called where the test file begins. */
  static forEachTest(): PostgresFleet {
    const fleet = new PostgresFleet();
    beforeAll(async () => {
      fleet.started = await startPostgres();
    });
    beforeEach(async () => {
      if (fleet.server.process.exit !== null) await fleet.server.start();
      fleet.address = await createFleetDatabase(fleet.server);
    });
    afterEach(() => fleet.closeStores());
    return fleet;
  }

  get server(): PostgresServer {
    if (!this.started) throw new Error("PostgreSQL has not been started");
    return this.started;
  }

  get url(): string {
    return this.address;
  }

  open(url = this.url, keys: readonly string[] = []): PostgresFleetStore {
    const store = postgresFleetStore(url, keys);
    this.opened.push(store);
    return store;
  }

  async closeStores(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((store) => store.close()));
  }

  /** Runs one statement in the test's database. */
  query(text: string): Promise<Record<string, unknown>[]> {
    return this.server.query(text, this.url);
  }
}

/** What the call was rejected with; null where it was not. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}
