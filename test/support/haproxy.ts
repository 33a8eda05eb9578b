import { userInfo } from "node:os";
import path from "node:path";
import { checkConfig, type ConfigCheck } from "./check-config.js";
import { makeCertificates } from "./certificates.js";
import { type Exit, type RunningProcess, startProcess } from "./child-process.js";
import { freePort, freePorts } from "./free-port.js";
import { HttpClient } from "./http-client.js";
import { projectRoot } from "./project-root.js";
import { waitFor } from "./wait-for.js";

/** The file that operators use, as it is. */
const CONFIG_FILE = path.join(projectRoot, "config/haproxy.cfg");

export interface HaproxyOptions {
  /** Ports of the nodes on 127.0.0.1, at most three. */
  readonly nodePorts: readonly number[];
  /** The authority of the nodes' certificates, which must be made out to `localhost`; without it they speak plain HTTP. */
  readonly nodeCaFile?: string;
  /** It has started when it sees so many nodes; default: all of them. */
  readonly expectedNodes?: number;
}

/** Starts the real HAProxy with the shipped configuration, and waits until it passes requests to every node. */
export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const [port = 0, httpPort = 0, statsPort = 0] = await freePorts(3);
  const certificates = makeCertificates();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    FLEET_HAPROXY_BIND: `127.0.0.1:${port}`,
    FLEET_HAPROXY_HTTP_BIND: `127.0.0.1:${httpPort}`,
    FLEET_HAPROXY_STATS_BIND: `127.0.0.1:${statsPort}`,
    FLEET_HAPROXY_CERT: certificates.bundleFile,
    ...(options.nodeCaFile === undefined ? { FLEET_NODE_TLS: "" } : { FLEET_NODE_CA: options.nodeCaFile }),
    // Only root can become somebody else.
    ...(process.getuid?.() === 0 ? {} : { FLEET_HAPROXY_USER: userInfo().username }),
  };
  for (const number of [1, 2, 3]) {
    env[`FLEET_NODE${number}`] = `127.0.0.1:${options.nodePorts[number - 1] ?? (await freePort())}`;
    env[`FLEET_NODE${number}_NAME`] = "localhost";
  }
  const running = startProcess("haproxy", ["-f", CONFIG_FILE], { env });
  const haproxy = new Haproxy(
    { port, httpPort, statsPort, ca: certificates.ca, caFile: certificates.caFile, env },
    running,
  );
  await haproxy.waitForNodes(options.expectedNodes ?? options.nodePorts.length);
  return haproxy;
}

interface Place {
  readonly port: number;
  readonly httpPort: number;
  readonly statsPort: number;
  readonly ca: string;
  readonly caFile: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A running load balancer. */
export class Haproxy {
  /** Where clients come in. */
  readonly url: string;
  /** Redirects to `url`. */
  readonly plainUrl: string;
  /** PEM of the authority that clients must trust. */
  readonly ca: string;
  /** The same as a file. */
  readonly caFile: string;
  /** The statistics page's own address. */
  readonly stats: HttpClient;

  constructor(
    private readonly place: Place,
    readonly process: RunningProcess,
  ) {
    this.url = `https://127.0.0.1:${place.port}`;
    this.plainUrl = `http://127.0.0.1:${place.httpPort}`;
    this.ca = place.ca;
    this.caFile = place.caFile;
    this.stats = new HttpClient(`http://127.0.0.1:${place.statsPort}`);
  }

  /** Waits until exactly so many nodes pass both of its checks. */
  async waitForNodes(count: number): Promise<void> {
    await waitFor(
      async () => {
        if (this.process.exit !== null) throw new Error(this.process.output);
        const [operators, agents] = [await this.nodesUp("operators"), await this.nodesUp("agents")];
        if (operators !== count || agents !== count) throw new Error(`${operators} serve operators, ${agents} agents`);
        return true;
      },
      { what: `HAProxy to see ${count} nodes` },
    );
  }

  /** How many nodes a backend has that passed their last check; HAProxy also calls those up that it has yet to check. */
  async nodesUp(backend: "operators" | "agents"): Promise<number> {
    const { text } = await this.stats.get("/stats;csv");
    const [header = "", ...lines] = text.trim().split("\n");
    const columns = header.replace(/^# /, "").split(",");
    const rows = lines.map((line) => {
      const values = line.split(",");
      return (name: string) => values[columns.indexOf(name)] ?? "";
    });
    return rows.filter(
      (row) =>
        row("pxname") === backend &&
        row("svname").startsWith("node") &&
        row("status") === "UP" &&
        /^L[47]OK/.test(row("check_status")),
    ).length;
  }

  /** What `haproxy -c` says of the configuration. */
  check(): ConfigCheck {
    return checkConfig("haproxy", ["-c", "-f", CONFIG_FILE], this.place.env);
  }

  async stop(): Promise<Exit> {
    this.stats.close();
    return this.process.stop();
  }
}
