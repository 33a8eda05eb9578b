import { userInfo } from "node:os";
import path from "node:path";
import { exchange } from "./part.mjs";

/**
 * HAProxy with the file of docker-compose.yml; the addresses of this machine come by environment.
 *
 * @param {import("./places.mjs").Places} places
 * @returns {import("./part.mjs").Part}
 */
export function haproxyPart({ root, folder, nodes, httpsPort, httpPort, statsPort, secret }) {
  return {
    name: "haproxy",
    command: "haproxy",
    args: ["-f", path.join(root, "config/haproxy.cfg")],
    env: {
      FLEET_HAPROXY_BIND: `127.0.0.1:${httpsPort}`,
      FLEET_HAPROXY_HTTP_BIND: `127.0.0.1:${httpPort}`,
      FLEET_HAPROXY_STATS_BIND: `127.0.0.1:${statsPort}`,
      FLEET_HAPROXY_CERT: secret("tls.pem"),
      FLEET_NODE_CA: secret("nodes_ca.pem"),
      ...Object.fromEntries(nodes.map(({ port }, index) => [`FLEET_NODE${index + 1}`, `127.0.0.1:${port}`])),
      // Only root can become somebody else.
      ...(process.getuid?.() === 0 ? {} : { FLEET_HAPROXY_USER: userInfo().username }),
    },
    cwd: folder,
    isReady: async () => {
      const answer = await exchange(statsPort, "GET /stats;csv HTTP/1.0\r\n\r\n", "statistics,BACKEND");
      const up = answer.match(/^operators,node\d,.*,UP,.*,L7OK,/gm) ?? [];
      return up.length === nodes.length;
    },
  };
}
