import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isHealthy } from "../start/health.mjs";

/**
 * nginx with the file of docker-compose.yml, in which the addresses and paths of this machine are put: nginx knows no
 * variables there. Its workers may be another user, so its folder is none of the private ones, and is removed at the end.
 *
 * @param {import("./places.mjs").Places} places
 * @returns {import("./part.mjs").Part}
 */
export function nginxPart(places) {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-nginx-"));
  chmodSync(folder, 0o711);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "nginx.conf");
  const shipped = readFileSync(path.join(places.root, "config/nginx.conf"), "utf8");
  writeFileSync(file, replaceAll(shipped, localTexts(places, folder)), { mode: 0o600 });
  return {
    name: "nginx",
    command: "nginx",
    args: ["-c", file, "-g", `daemon off; pid ${path.join(folder, "nginx.pid")};`],
    cwd: folder,
    stopSignal: "SIGQUIT",
    isReady: () => isHealthy(`https://127.0.0.1:${places.httpsPort}`),
  };
}

/**
 * @param {import("./places.mjs").Places} places
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function localTexts({ nodes, httpsPort, httpPort, secret }, folder) {
  const body = path.join(folder, "body");
  // Debian's own folders for the others belong to root.
  const unused = ["proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${path.join(folder, name)};`);
  return {
    "listen 443 ": `listen 127.0.0.1:${httpsPort} `,
    "listen 80;": `listen 127.0.0.1:${httpPort};`,
    "/etc/nginx/ssl/fleet.crt": secret("tls.pem"),
    "/etc/nginx/ssl/fleet.key": secret("tls.pem"),
    "/etc/nginx/ssl/fleet-nodes-ca.pem": secret("nodes_ca.pem"),
    ...Object.fromEntries(nodes.map(({ port }, index) => [`server-0${index + 1}:8768`, `127.0.0.1:${port}`])),
    "client_body_temp_path /var/lib/nginx/body;": [`client_body_temp_path ${body};`, ...unused].join(" "),
    "/var/log/nginx/error.log": "stderr",
    "/var/log/nginx/fleet.log": "/dev/stdout",
    // Only root can become somebody else.
    ...(process.getuid?.() === 0 ? {} : { "user www-data;\n": "" }),
  };
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} replacements
 */
function replaceAll(text, replacements) {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`"${from}" does not stand in config/nginx.conf any more`);
    return result.replaceAll(from, to);
  }, text);
}
