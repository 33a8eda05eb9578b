import { makeCertificates } from "../support/certificates.js";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { startRedis } from "../support/redis-server.js";
import { startWatchedRedis } from "../support/redis-sentinels.js";

const certificates = makeCertificates();
const PASSWORD = "a-redis-password-for-tests";

/** The same Redis for the cluster and for the sessions. */
function settings(redis: Readonly<Record<string, unknown>>) {
  const forCluster = Object.fromEntries(Object.entries(redis).map(([key, value]) => [`redis_${key}`, value]));
  return {
    server: { db_encryption_key: newFernetKey() },
    cluster: { enabled: true, backend: "redis", node_id: "node-1", ...forCluster },
    sessions: { backend: "redis", redis },
  };
}

describe("a node whose Redis is", () => {
  it("a server that speaks TLS, for a user of the node's own: serves", async () => {
    const redis = await startRedis({ tls: certificates, lines: [`user fleet on >${PASSWORD} ~fleet:* &* +@all`] });
    const address = { host: redis.host, port: redis.port, db: 0, tls: true, ca_file: certificates.caFile };
    const node = await startFleetNode({ config: settings({ ...address, username: "fleet", password: PASSWORD }) });
    const client = new HttpClient(node.url);
    await client.login(testCredentials.username, testCredentials.password);
    expect((await client.get("/api/fleet/cluster/status")).json()).toMatchObject({ backend: "redis", active_nodes: 1 });
    expect(await redis.ask("KEYS fleet:session:*")).toContain("fleet:session:");
    client.close();
  });

  it("signed by an authority it does not trust: says so, and serves only agents", async () => {
    const redis = await startRedis({ tls: certificates });
    const address = { host: redis.host, port: redis.port, tls: true, ca_file: makeCertificates().caFile };
    const node = await startFleetNode({ config: settings(address) });
    await node.process.waitForLine(/Redis cannot be reached \(cluster\): .*certificate/);
    await node.process.waitForLine(/Redis cannot be reached \(sessions\): .*certificate/);
    const client = new HttpClient(node.url);
    expect((await client.get("/api/fleet/cluster/health")).status).toBe(503);
    expect((await client.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    client.close();
  });

  it("known to sentinels only: serves", async () => {
    const password = PASSWORD;
    const watched = await startWatchedRedis({ password, sentinelPassword: `${password}-2`, tls: certificates });
    const sentinels = watched.sentinels.map(({ host, port }) => `${host}:${port}`);
    const way = { sentinels, sentinel_name: watched.name, sentinel_password: `${password}-2` };
    const node = await startFleetNode({
      config: settings({ ...way, password, tls: true, ca_file: certificates.caFile }),
    });
    const client = new HttpClient(node.url);
    await client.login(testCredentials.username, testCredentials.password);
    expect((await client.get("/api/fleet/cluster/health")).status).toBe(200);
    client.close();
  });
});
