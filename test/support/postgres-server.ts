import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, chownSync, copyFileSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import type { Certificates } from "./certificates.js";
import { type RunningProcess, startProcess } from "./child-process.js";
import { onCleanup } from "./cleanup.js";
import { freePort } from "./free-port.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

export interface PostgresOptions {
  /** Offers TLS with this certificate; plain connections stay possible. */
  readonly tls?: Certificates;
}

const USER = "fleet";
const PASSWORD = "a-postgresql-password-for-tests";
const DEBIAN_VERSIONS = "/usr/lib/postgresql";

/** Starts a real PostgreSQL on 127.0.0.1 with an empty data folder of its own, and waits until it answers. */
export async function startPostgres({ tls }: PostgresOptions = {}): Promise<PostgresServer> {
  const server = new PostgresServer(await freePort(), tls);
  await server.start();
  return server;
}

/** One PostgreSQL that can be stopped, killed, frozen and started again on the same port, with its data. */
export class PostgresServer {
  readonly host = "127.0.0.1";
  readonly user = USER;
  readonly password = PASSWORD;
  private readonly folder = makeTempFolder("postgres");
  private readonly dataFolder = path.join(this.folder, "data");
  private running: RunningProcess | null = null;

  constructor(
    readonly port: number,
    tls: Certificates | undefined,
  ) {
    const passwordFile = path.join(this.folder, "password");
    writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
    giveToServer(this.folder);
    giveToServer(passwordFile);
    const access = ["--username", USER, "--pwfile", passwordFile, "--auth", "scram-sha-256"];
    const [command, args] = asServerUser("initdb", [
      ...["--pgdata", this.dataFolder, "--encoding", "UTF8", "--no-locale", "--no-sync"],
      ...access,
    ]);
    execFileSync(command, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    const settings = [
      `listen_addresses = '${this.host}'`,
      `port = ${port}`,
      `unix_socket_directories = '${this.folder}'`,
      "shared_buffers = 16MB",
      // Nothing here must survive a power cut; only speed counts.
      "fsync = off",
      "full_page_writes = off",
      ...(tls ? this.offerTls(tls) : []),
    ];
    appendFileSync(path.join(this.dataFolder, "postgresql.conf"), `${settings.join("\n")}\n`);
    onCleanup(() => this.end());
  }

  /** The address of the database that is always there. */
  get url(): string {
    return this.urlOf("postgres");
  }

  get process(): RunningProcess {
    if (this.running === null) throw new Error("PostgreSQL has not been started");
    return this.running;
  }

  async start(): Promise<void> {
    const [command, args] = asServerUser("postgres", ["-D", this.dataFolder]);
    this.running = startProcess(command, args, { cwd: this.folder, name: "postgres" });
    await waitFor(() => this.query("SELECT 1").then(() => true), {
      what: `PostgreSQL to answer on port ${this.port}`,
    });
  }

  /** Ends it at once but in order; clients are sent away. */
  async stop(): Promise<void> {
    await this.process.stop("SIGINT");
  }

  /** Ends it without warning, as a power cut would. */
  async kill(): Promise<void> {
    this.signalAll("SIGKILL");
    await this.process.exited;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** It keeps its connections and answers nothing, until `resume`. */
  freeze(): void {
    this.signalAll("SIGSTOP");
  }

  resume(): void {
    this.signalAll("SIGCONT");
  }

  /** Makes an empty database and resolves with its URL. */
  async createDatabase(name: string, template = "template1"): Promise<string> {
    await this.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`);
    return this.urlOf(name);
  }

  /** Runs one statement on a connection of its own. */
  async query(text: string, url = this.url): Promise<Record<string, unknown>[]> {
    if (this.process.exit !== null) throw new Error(this.process.output);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  private urlOf(database: string): string {
    return `postgresql://${USER}:${PASSWORD}@${this.host}:${this.port}/${encodeURIComponent(database)}`;
  }

  private offerTls({ certFile, keyFile }: Certificates): string[] {
    // PostgreSQL takes a key only from a file of its own that nobody else can read.
    const [certificate, key] = ["server.crt", "server.key"].map((name) => path.join(this.dataFolder, name)) as [
      string,
      string,
    ];
    copyFileSync(certFile, certificate);
    copyFileSync(keyFile, key);
    chmodSync(key, 0o600);
    giveToServer(certificate);
    giveToServer(key);
    return ["ssl = on"];
  }

  /** The parent first, so that it makes no further process; each connection is served by a process of its own. */
  private signalAll(signal: NodeJS.Signals): void {
    if (this.process.exit !== null) return;
    const { pid } = this.process;
    const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    const before = signal === "SIGKILL" ? children() : [];
    this.process.kill(signal);
    for (const child of signal === "SIGKILL" ? before : children()) {
      if (child > 0) trySignal(child, signal);
    }
  }

  private async end(): Promise<void> {
    if (this.running === null || this.running.exit !== null) return;
    this.resume();
    await this.stop();
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** PostgreSQL refuses to run as root; there the user that its package made runs it. */
function asServerUser(program: string, args: readonly string[]): [command: string, args: string[]] {
  const binary = path.join(binaryFolder(), program);
  if (process.getuid?.() !== 0) return [binary, [...args]];
  return ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", binary, ...args]];
}

function giveToServer(file: string): void {
  if (process.getuid?.() !== 0) return;
  const idOf = (option: string) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  chownSync(file, idOf("-u"), idOf("-g"));
}

/** Where the programs are: on PATH, or where Debian keeps each version's apart. */
function binaryFolder(): string {
  const debian = existsSync(DEBIAN_VERSIONS)
    ? readdirSync(DEBIAN_VERSIONS)
        .sort((one, other) => Number(other) - Number(one))
        .map((version) => path.join(DEBIAN_VERSIONS, version, "bin"))
    : [];
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), ...debian];
  const found = folders.find((folder) => existsSync(path.join(folder, "initdb")));
  if (found === undefined) throw new Error("PostgreSQL is not installed: `npm test` installs it, or names the package");
  return found;
}
