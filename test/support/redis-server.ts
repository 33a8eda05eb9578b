import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { type RunningProcess, startProcess } from "./child-process.js";
import { freePort } from "./free-port.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

export interface RedisOptions {
  readonly password?: string;
}

/** Starts a real redis-server on 127.0.0.1 that writes nothing to disk, and waits until it answers. */
export async function startRedis({ password }: RedisOptions = {}): Promise<RedisServer> {
  const server = new RedisServer(await freePort(), password);
  await server.start();
  return server;
}

/** One redis-server that can be stopped, killed, frozen and started again on the same port, then empty. */
export class RedisServer {
  readonly host = "127.0.0.1";
  private readonly configFile: string;
  private running: RunningProcess | null = null;

  constructor(
    readonly port: number,
    readonly password: string | undefined,
  ) {
    const folder = makeTempFolder("redis");
    this.configFile = path.join(folder, "redis.conf");
    const lines = [`bind ${this.host}`, `port ${port}`, `dir ${folder}`, 'save ""', "appendonly no", "daemonize no"];
    // In the file and not in the arguments, which every user of the machine can read.
    if (password !== undefined) lines.push(`requirepass ${password}`);
    writeFileSync(this.configFile, lines.join("\n"), { mode: 0o600 });
  }

  get process(): RunningProcess {
    if (this.running === null) throw new Error("redis-server has not been started");
    return this.running;
  }

  async start(): Promise<void> {
    this.running = startProcess("redis-server", [this.configFile]);
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

  /** Speaks RESP, the Redis serialization protocol, by hand: inline commands, one per line. */
  private ping(): Promise<boolean> {
    if (this.process.exit !== null) throw new Error(this.process.output);
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, this.host);
      let answer = "";
      socket.setTimeout(1000, () => socket.destroy(new Error("no answer to PING")));
      socket.setEncoding("utf8");
      socket.on("error", reject);
      socket.on("data", (text: string) => {
        answer += text;
        if (!answer.includes("+PONG\r\n")) return;
        socket.destroy();
        resolve(true);
      });
      socket.on("close", () => {
        resolve(false);
      });
      socket.write(`${this.password === undefined ? "" : `AUTH ${this.password}\r\n`}PING\r\n`);
    });
  }
}
