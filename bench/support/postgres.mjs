import { execFileSync } from "node:child_process";
import { appendFileSync, chownSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { freePort, makeFolder, startProgram } from "./started.mjs";

const VERSIONS = "/usr/lib/postgresql";
const USER = "fleet";
const PASSWORD = "only-for-this-run";

/** Everything that decides about durability as PostgreSQL has it by default. */
const settings = [
  "listen_addresses = '127.0.0.1'",
  "shared_buffers = 256MB",
  "max_wal_size = 4GB",
  "fsync = on",
  "full_page_writes = on",
  "synchronous_commit = on",
];

/** A PostgreSQL of this run alone, stopped and removed at its end. */
export async function startPostgres() {
  const folder = makeFolder("postgres");
  const data = path.join(folder, "data");
  const passwordFile = path.join(folder, "password");
  const port = await freePort();
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  for (const file of [folder, passwordFile]) giveToServer(file);
  const [command, ...args] = asServer("initdb", [
    ...["--pgdata", data, "--encoding", "UTF8", "--no-locale", "--username", USER],
    ...["--pwfile", passwordFile, "--auth", "scram-sha-256"],
  ]);
  execFileSync(command, args, { cwd: folder, stdio: "ignore" });
  appendFileSync(
    path.join(data, "postgresql.conf"),
    `${[...settings, `port = ${port}`, `unix_socket_directories = '${folder}'`].join("\n")}\n`,
  );
  const start = () => {
    const [program, ...rest] = asServer("postgres", ["-D", data]);
    return startProgram(program, rest, { cwd: folder, ready: /database system is ready to accept connections/ });
  };
  let running = await start();
  const urlOf = (/** @type {string} */ database) => `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  return {
    get pid() {
      return running.pid;
    },
    /** @param {string} name */
    createDatabase: async (name) => {
      await query(urlOf("postgres"), `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return urlOf(name);
    },
    restart: async () => {
      await running.stop("SIGINT");
      running = await start();
    },
  };
}

/**
 * One statement on a connection of its own.
 *
 * @param {string} url
 * @param {string} text
 * @param {unknown[]} [values]
 */
export async function query(url, text, values = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/**
 * PostgreSQL refuses to run as root; there the user that its package made runs it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {[string, ...string[]]}
 */
function asServer(program, args) {
  const binary = path.join(binaryFolder(), program);
  if (process.getuid?.() !== 0) return [binary, ...args];
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", binary, ...args];
}

/** @param {string} file */
function giveToServer(file) {
  if (process.getuid?.() !== 0) return;
  const idOf = (/** @type {string} */ option) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  chownSync(file, idOf("-u"), idOf("-g"));
}

function binaryFolder() {
  const debian = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    ...debian.map((version) => path.join(VERSIONS, version, "bin")),
  ];
  const found = folders.find((folder) => existsSync(path.join(folder, "initdb")));
  if (found === undefined) throw new Error("PostgreSQL is not installed (Debian: apt-get install postgresql)");
  return found;
}
