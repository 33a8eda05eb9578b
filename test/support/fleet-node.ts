import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { type Exit, type RunningProcess, startProcess } from "./child-process.js";
import { freePort } from "./free-port.js";
import { HttpClient } from "./http-client.js";
import { keepSecretsOf } from "./log-secrets.js";
import { projectRoot } from "./project-root.js";
import { makeTempFolder } from "./temp-folder.js";

/** Sections of config.yaml, as an operator writes them. */
type FleetSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface FleetNodeOptions {
  /** Laid over the defaults below, section by section. */
  readonly config?: FleetSettings;
  /** Variables besides those of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What the default configuration lets in. */
export const testCredentials = {
  apiKey: "an-api-key-for-tests",
  username: "admin",
  password: "a password for tests",
} as const;

/** A node that must not serve beside the others has started as well, and says so. */
const STARTED = /Fleet server started on|Listening on .+, and refusing to serve/;

/** Starts a real node on a free port of 127.0.0.1 with its own data folder, and waits until it serves. */
export async function startFleetNode(options: FleetNodeOptions = {}): Promise<FleetNode> {
  const node = new FleetNode(await writeConfig(options), options.env ?? {});
  await node.start();
  return node;
}

/** Starts a node that is not expected to get as far as serving. */
export async function launchFleetNode(options: FleetNodeOptions = {}): Promise<RunningProcess> {
  return launch(await writeConfig(options), options.env ?? {});
}

/** One node process; started again it has the same configuration, port and data. */
export class FleetNode {
  readonly url: string;
  private running: RunningProcess | null = null;
  private id = "";

  constructor(
    private readonly written: WrittenConfig,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.url = `${written.secure ? "https" : "http"}://127.0.0.1:${written.port}`;
  }

  get port(): number {
    return this.written.port;
  }

  get configFile(): string {
    return this.written.file;
  }

  get process(): RunningProcess {
    if (this.running === null) throw new Error("the node has not been started");
    return this.running;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Everything logged since it was last started. */
  get output(): string {
    return this.process.output;
  }

  /** As the node itself says it. */
  get nodeId(): string {
    return this.id;
  }

  async start(): Promise<void> {
    this.running = launch(this.written, this.env);
    await this.running.waitForLine(STARTED);
    const client = new HttpClient(this.url);
    const answer = (await client.get("/api/fleet/cluster/health")).json() as { node_id?: string };
    client.close();
    this.id = answer.node_id ?? "";
  }

  /** Asks it to drain and end. */
  stop(): Promise<Exit> {
    return this.process.stop();
  }

  /** Ends it without warning. */
  async kill(): Promise<Exit> {
    this.process.kill("SIGKILL");
    return this.process.exited;
  }

  /** It keeps its connections and does nothing, until `resume`. */
  freeze(): void {
    this.process.kill("SIGSTOP");
  }

  resume(): void {
    this.process.kill("SIGCONT");
  }
}

interface WrittenConfig {
  readonly file: string;
  readonly port: number;
  readonly secure: boolean;
}

async function writeConfig({ config = {} }: FleetNodeOptions): Promise<WrittenConfig> {
  const folder = makeTempFolder("node");
  const defaults: FleetSettings = {
    server: {
      host: "127.0.0.1",
      port: config.server?.port ?? (await freePort()),
      api_key: testCredentials.apiKey,
      web_username: testCredentials.username,
      web_password: testCredentials.password,
      db_path: path.join(folder, "fleet.sqlite3"),
      drain_seconds: 0,
    },
    sessions: { session_dir: path.join(folder, "sessions") },
    cluster: { state_path: path.join(folder, "cluster-state.json") },
    logging: { format: "json" },
  };
  const names = new Set([...Object.keys(defaults), ...Object.keys(config)]);
  const settings = Object.fromEntries([...names].map((name) => [name, { ...defaults[name], ...config[name] }]));
  keepSecretsOf(settings);
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  return { file, port: Number(settings.server?.port), secure: settings.ssl?.cert_file !== undefined };
}

function launch({ file, port }: WrittenConfig, env: NodeJS.ProcessEnv): RunningProcess {
  keepSecretsOf(env);
  return startProcess(process.execPath, [path.join(projectRoot, "dist/main.js"), "--config", file], {
    cwd: path.dirname(file),
    env: { ...process.env, ...env },
    name: `the node on port ${port}`,
  });
}
