import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkConfig, type ConfigCheck } from "./check-config.js";
import { makeCertificates } from "./certificates.js";
import { type Exit, type RunningProcess, startProcess } from "./child-process.js";
import { freePort, freePorts } from "./free-port.js";
import { HttpClient } from "./http-client.js";
import { projectRoot } from "./project-root.js";
import { substitute } from "./substitute.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

/** The file that operators use; the tests replace in it what operators edit, and nothing else. */
const CONFIG_FILE = path.join(projectRoot, "config/nginx.conf");

export interface NginxOptions {
  /** Ports of the nodes on 127.0.0.1, at most three. */
  readonly nodePorts: readonly number[];
  /** The authority of the nodes' certificates, which must be made out to `localhost`; without it they speak plain HTTP. */
  readonly nodeCaFile?: string;
  /** It has started when it reaches a node or, where this is 0, says that it reaches none; default: all of them. */
  readonly expectedNodes?: number;
}

/** Starts the real nginx with the shipped configuration, and waits until it passes requests to a node. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const [port = 0, httpPort = 0] = await freePorts(2);
  const certificates = makeCertificates();
  const folder = makeNginxFolder();
  const [node1, node2, node3] = await Promise.all(
    [0, 1, 2].map(async (index) => `127.0.0.1:${options.nodePorts[index] ?? (await freePort())}`),
  );
  const configFile = path.join(folder, "nginx.conf");
  const { nodeCaFile } = options;
  const config = substitute(readFileSync(CONFIG_FILE, "utf8"), {
    "listen 443 ": `listen 127.0.0.1:${port} `,
    "listen 80;": `listen 127.0.0.1:${httpPort};`,
    "/etc/nginx/ssl/fleet.crt": certificates.certFile,
    "/etc/nginx/ssl/fleet.key": certificates.keyFile,
    "/etc/nginx/ssl/fleet-nodes-ca.pem": nodeCaFile ?? certificates.caFile,
    "fleet-node.internal": "localhost",
    "default https;": nodeCaFile === undefined ? "default http;" : "default https;",
    "server-01:8768": node1 ?? "",
    "server-02:8768": node2 ?? "",
    "server-03:8768": node3 ?? "",
    "/var/log/nginx/error.log": "stderr",
    // Only root can become somebody else.
    ...(process.getuid?.() === 0 ? {} : { "user www-data;\n": "" }),
    "/var/log/nginx/fleet.log": path.join(folder, "fleet.log"),
    "/var/lib/nginx/body": path.join(folder, "body"),
  });
  writeFileSync(configFile, config, { mode: 0o600 });
  const nginx = new Nginx(
    { url: `https://127.0.0.1:${port}`, plainUrl: `http://127.0.0.1:${httpPort}`, ca: certificates.ca, configFile },
    startProcess("nginx", nginxArguments(configFile)),
  );
  await nginx.waitForNodes(options.expectedNodes ?? options.nodePorts.length);
  return nginx;
}

/** In the foreground, with its process id where the test's other files are. */
export function nginxArguments(configFile: string): string[] {
  return ["-c", configFile, "-g", `daemon off; pid ${path.join(path.dirname(configFile), "nginx.pid")};`];
}

/** A folder that nginx's workers can enter too; they are somebody else when it is started by root. */
export function makeNginxFolder(): string {
  const folder = makeTempFolder("nginx");
  chmodSync(folder, 0o711);
  return folder;
}

interface Place {
  readonly url: string;
  readonly plainUrl: string;
  readonly ca: string;
  readonly configFile: string;
}

/** A running load balancer. */
export class Nginx {
  /** Where clients come in. */
  readonly url: string;
  /** Redirects to `url`. */
  readonly plainUrl: string;
  /** PEM of the authority that clients must trust. */
  readonly ca: string;
  /** The shipped configuration with this test's addresses. */
  readonly configFile: string;

  constructor(
    place: Place,
    readonly running: RunningProcess,
  ) {
    this.url = place.url;
    this.plainUrl = place.plainUrl;
    this.ca = place.ca;
    this.configFile = place.configFile;
  }

  /** Waits until it has an answer from a node or, of none, to say that it has none. */
  waitForNodes(count: number): Promise<void> {
    return this.waitForAnswer(count === 0 ? 503 : 200);
  }

  /** What `nginx -t` says of the configuration. */
  check(): ConfigCheck {
    return checkConfig("nginx", ["-t", ...nginxArguments(this.configFile)], process.env);
  }

  async stop(): Promise<Exit> {
    return this.running.stop();
  }

  /** nginx checks no nodes by itself: what it knows is seen only by asking it. */
  private async waitForAnswer(status: number): Promise<void> {
    const client = new HttpClient(this.url, { ca: this.ca });
    await waitFor(
      async () => {
        if (this.running.exit !== null) throw new Error(this.running.output);
        return (await client.get("/health/live")).status === status;
      },
      { what: `nginx to answer ${status}` },
    );
    client.close();
  }
}
