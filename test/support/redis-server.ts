import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import type { Certificates } from "./certificates.js";
import { type RunningProcess, startProcess } from "./child-process.js";
import { freePort } from "./free-port.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

export interface RedisOptions {
  readonly password?: string;
  /** Speaks TLS with this certificate, and only TLS. */
  readonly tls?: Certificates;
  /** Keeps what it holds when it is stopped and started again; otherwise it writes nothing to disk. */
  readonly persistent?: boolean;
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** Runs as a Sentinel, for which only `password`, `tls` and `lines` count. */
  readonly sentinel?: boolean;
}

const END = "end-of-answer";

/** Starts a real redis-server on a free port of 127.0.0.1, and waits until it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = new RedisServer(await freePort(), options);
  await server.start();
  return server;
}

/** One redis-server that can be stopped, killed, frozen and started again on the same port, then empty unless persistent. */
export class RedisServer {
  readonly host = "127.0.0.1";
  private readonly configFile: string;
  private running: RunningProcess | null = null;

  constructor(
    readonly port: number,
    private readonly options: RedisOptions,
  ) {
    const folder = makeTempFolder("redis");
    this.configFile = path.join(folder, "redis.conf");
    const { password, tls, persistent = false, sentinel = false, lines = [] } = options;
    const all = [
      `bind ${this.host}`,
      ...(tls ? tlsLines(port, tls) : [`port ${port}`]),
      `dir ${folder}`,
      ...(sentinel ? [] : ['save ""', `appendonly ${persistent ? "yes" : "no"}`, "daemonize no"]),
      // In the file and not in the arguments, which every user of the machine can read.
      ...(password === undefined ? [] : [`requirepass ${password}`]),
      ...lines,
    ];
    writeFileSync(this.configFile, `${all.join("\n")}\n`, { mode: 0o600 });
  }

  get password(): string | undefined {
    return this.options.password;
  }

  get process(): RunningProcess {
    if (this.running === null) throw new Error("redis-server has not been started");
    return this.running;
  }

  async start(): Promise<void> {
    this.running = startProcess("redis-server", [this.configFile, ...(this.options.sentinel ? ["--sentinel"] : [])]);
    await waitFor(() => this.ping(), { what: `redis-server to answer on port ${this.port}` });
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Ends it without warning, as a power cut would. */
  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.exited;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** It keeps its connections and answers nothing, until `resume`. */
  freeze(): void {
    this.process.kill("SIGSTOP");
  }

  resume(): void {
    this.process.kill("SIGCONT");
  }

  private async ping(): Promise<boolean> {
    return (await this.ask("PING")).includes("+PONG\r\n");
  }

  /**
   * Sends one command as its only user or the default one, and resolves with the answer as it came. Speaks RESP, the
   * Redis serialization protocol, by hand: inline commands, one per line. A last PING tells that the answer is whole.
   */
  ask(command: string): Promise<string> {
    if (this.process.exit !== null) throw new Error(this.process.output);
    const { tls, password } = this.options;
    return new Promise((resolve, reject) => {
      const place = { port: this.port, host: this.host };
      const socket = tls ? connectTls({ ...place, ca: tls.ca }) : connect(place);
      let answer = "";
      socket.setTimeout(3000, () => socket.destroy(new Error(`no answer to ${command}`)));
      socket.setEncoding("utf8");
      socket.on("error", reject);
      socket.on("data", (text: string) => {
        answer += text;
        if (answer.endsWith(`${END}\r\n`)) socket.destroy();
      });
      socket.on("close", () => {
        resolve(answer);
      });
      socket.write(`${password === undefined ? "" : `AUTH ${password}\r\n`}${command}\r\nPING ${END}\r\n`);
    });
  }
}

function tlsLines(port: number, { caFile, certFile, keyFile }: Certificates): string[] {
  return [
    "port 0",
    `tls-port ${port}`,
    `tls-cert-file ${certFile}`,
    `tls-key-file ${keyFile}`,
    `tls-ca-cert-file ${caFile}`,
    "tls-auth-clients no",
    "tls-replication yes",
  ];
}
