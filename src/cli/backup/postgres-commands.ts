import { CommandError } from "../command-error.js";

/** Tables that are none of a backup's business: who was logged in, and which nodes ran. */
const PASSING = ["fleet_sessions", "fleet_cluster_nodes"];

/** What to do instead of `backup`, with the names that the configuration has. The password is not among them. */
export function postgresBackup(url: string, to: string): CommandError {
  const without = PASSING.map((table) => `--exclude-table-data=${table}`).join(" ");
  return new CommandError({
    what: "The fleet's data lies in PostgreSQL, which has a backup of its own, and nothing was backed up",
    fix: `run

  pg_dump --format=custom --no-owner --no-privileges ${without} --file=${quoted(to)} ${quoted(withoutPassword(url))}

It asks for the password, or takes it from PGPASSWORD or ~/.pgpass. The nodes may go on. server.db_encryption_key is not in it.`,
  });
}

/** What to do instead of `restore`. */
export function postgresRestore(url: string, from: string): CommandError {
  const { pathname, username } = new URL(url);
  const [database, owner] = [decodeURIComponent(pathname.slice(1)), decodeURIComponent(username)];
  return new CommandError({
    what: "The fleet's data lies in PostgreSQL, which has a restore of its own, and nothing was restored",
    fix: `stop all nodes, then, as an administrator of PostgreSQL, put an empty database in the place of the old one:

  ALTER DATABASE ${identifier(database)} RENAME TO ${identifier(`${database}_before_restore`)};
  CREATE DATABASE ${identifier(database)} OWNER ${identifier(owner)} ENCODING 'UTF8' TEMPLATE template0;

and run

  pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname=${quoted(withoutPassword(url))} ${quoted(from)}
  fleet-server restore --finish

The latter sees that the nodes can start on it.`,
  });
}

function withoutPassword(url: string): string {
  const address = new URL(url);
  address.password = "";
  address.searchParams.delete("password");
  return address.href;
}

/** For a shell (POSIX, section 2.2.2). */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
