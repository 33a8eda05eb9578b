import Database from "better-sqlite3";
import { onCleanup } from "../support/cleanup.js";
import { waitFor } from "../support/wait-for.js";

const RENEW_EVERY_MS = 200;

/** Takes a lease once no node holds it and keeps it, as another node would; call the result to let it go. */
export async function holdLease(databasePath: string, name: string): Promise<() => void> {
  const database = new Database(databasePath);
  const take = database.prepare(
    `UPDATE leases SET holder = 'test', token = token + 1, version = version + 1, finished = 0
     WHERE name = ? AND holder IS NULL`,
  );
  const renew = database.prepare("UPDATE leases SET version = version + 1 WHERE name = ? AND holder = 'test'");
  await waitFor(() => take.run(name).changes === 1, { what: `the lease ${name} to be free`, intervalMs: 5 });
  const renewal = setInterval(() => renew.run(name), RENEW_EVERY_MS);
  const release = () => {
    if (!database.open) return;
    clearInterval(renewal);
    database
      .prepare("UPDATE leases SET holder = NULL, version = version + 1 WHERE name = ? AND holder = 'test'")
      .run(name);
    database.close();
  };
  onCleanup(release);
  return release;
}
