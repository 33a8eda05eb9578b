import Database from "better-sqlite3";
import path from "node:path";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const { username, password } = testCredentials;
const LONG_AGO_MS = 100 * 24 * 60 * 60_000;

it("a node that runs alone removes expired sessions and old events by itself, and frees its leases", async () => {
  const folder = makeTempFolder("jobs");
  const [db_path, sessionsPath] = [path.join(folder, "fleet.sqlite3"), path.join(folder, "sessions.db")];
  const node = await startFleetNode({
    config: { server: { db_path }, sessions: { backend: "sqlite", db_path: sessionsPath } },
  });
  const client = new HttpClient(node.url);
  await client.login(username, password);
  client.close();
  await node.stop();

  const [fleet, sessions] = [new Database(db_path), new Database(sessionsPath)];
  fleet.prepare("UPDATE events SET at = at - ?").run(LONG_AGO_MS);
  sessions.prepare("UPDATE sessions SET used_at_ms = used_at_ms - ?").run(LONG_AGO_MS);
  const count = (database: Database.Database, table: string) =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect([count(fleet, "events"), count(sessions, "sessions")]).toEqual([1, 1]);
  // Done before: a job's next run is due at its first look after a start.
  await node.start();
  const done = () => count(fleet, "events") === 0 && count(sessions, "sessions") === 0;
  await waitFor(done, { what: "both to be removed", timeoutMs: 40_000 });
  const leases = () => fleet.prepare("SELECT name, holder, finished FROM leases ORDER BY name").all();
  const free = { holder: null, finished: 1 };
  await waitFor(() => leases().every((lease) => (lease as { holder: unknown }).holder === null), {
    what: "the leases to be released",
  });
  const ours = [
    { name: "event-retention", ...free },
    { name: "expired-sessions-sqlite", ...free },
  ];
  expect(leases()).toEqual(expect.arrayContaining(ours));
  await node.stop();
  fleet.close();
  sessions.close();
});
