import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeCertificates } from "./certificates.js";
import { type RunningProcess, startProcess } from "./child-process.js";
import { freePorts } from "./free-port.js";
import { HttpClient } from "./http-client.js";
import { makeNginxFolder, nginxArguments } from "./nginx.js";
import { projectRoot } from "./project-root.js";
import { substitute } from "./substitute.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

/** A load balancer whose configuration operators have from the guide: as printed, with other names, ports and paths. */
export interface GuideProxy {
  readonly url: string;
  readonly plainUrl: string;
  readonly ca: string;
}

/** Three nodes on 127.0.0.1 that speak plain HTTP. */
type NodePorts = readonly [number, number, number];

const nodeNames = (ports: NodePorts) =>
  Object.fromEntries(ports.map((port, index) => [`server-0${index + 1}:8768`, `127.0.0.1:${port}`]));

const printed = (name: string) => readFileSync(path.join(projectRoot, "test/support/guide", name), "utf8");

export async function startGuideHaproxy(nodePorts: NodePorts): Promise<GuideProxy> {
  const [port = 0, plainPort = 0, statsPort = 0] = await freePorts(3);
  const certificates = makeCertificates();
  const folder = makeTempFolder("guide-haproxy");
  const configFile = path.join(folder, "haproxy.cfg");
  const config = substitute(printed("haproxy.cfg"), {
    ...nodeNames(nodePorts),
    "*:443": `127.0.0.1:${port}`,
    "*:80\n": `127.0.0.1:${plainPort}\n`,
    "*:8404": `127.0.0.1:${statsPort}`,
    "/etc/haproxy/certs/fleet.pem": certificates.bundleFile,
    "/run/haproxy/admin.sock": path.join(folder, "admin.sock"),
  });
  // Only root can go into another root folder and become somebody else.
  const allowed = process.getuid?.() === 0 ? config : config.replaceAll(/^ +(chroot|user|group) .*\n/gm, "");
  writeFileSync(configFile, allowed, { mode: 0o600 });
  // -db: in the foreground, although the file says "daemon".
  const running = startProcess("haproxy", ["-db", "-f", configFile]);
  return whenItAnswers(running, port, plainPort, certificates.ca);
}

export async function startGuideNginx(nodePorts: NodePorts): Promise<GuideProxy> {
  const [port = 0, plainPort = 0, otherPort = 0, otherPlainPort = 0] = await freePorts(4);
  const certificates = makeCertificates();
  const folder = makeNginxFolder();
  const site = substitute(printed("nginx.conf"), {
    ...nodeNames(nodePorts),
    // Not every machine has IPv6.
    "[::]:443": `127.0.0.1:${otherPort}`,
    "[::]:80": `127.0.0.1:${otherPlainPort}`,
    "listen 443": `listen 127.0.0.1:${port}`,
    "listen 80": `listen 127.0.0.1:${plainPort}`,
    "/etc/nginx/ssl/fleet.crt": certificates.certFile,
    "/etc/nginx/ssl/fleet.key": certificates.keyFile,
    "fleet.company.com": "127.0.0.1",
  });
  writeFileSync(path.join(folder, "fleet"), site);
  const configFile = path.join(folder, "nginx.conf");
  // What Debian's own nginx.conf has around the files of sites-enabled.
  writeFileSync(
    configFile,
    `error_log stderr; events {} http { access_log off; client_body_temp_path ${folder}/body; include ${folder}/fleet; }`,
  );
  return whenItAnswers(startProcess("nginx", nginxArguments(configFile)), port, plainPort, certificates.ca);
}

async function whenItAnswers(
  running: RunningProcess,
  port: number,
  plainPort: number,
  ca: string,
): Promise<GuideProxy> {
  const proxy = { url: `https://127.0.0.1:${port}`, plainUrl: `http://127.0.0.1:${plainPort}`, ca };
  const client = new HttpClient(proxy.url, { ca });
  await waitFor(
    async () => {
      if (running.exit !== null) throw new Error(running.output);
      return (await client.get("/api/fleet/cluster/health")).status === 200;
    },
    { what: `${running.name} with the guide's configuration to answer` },
  );
  client.close();
  return proxy;
}
