import type { ClusterHealthAnswer } from "../../src/health/health-answer.js";
import { startFleetNode } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { logInAt } from "../support/log-in-at.js";
import { startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";

async function check(client: HttpClient): Promise<ClusterHealthAnswer> {
  const answer = await client.get("/api/fleet/cluster/health-check");
  expect(answer.status).toBe(200);
  return answer.json() as ClusterHealthAnswer;
}

const reaches = (client: HttpClient, overall: string) =>
  waitFor(async () => [await check(client)].find((answer) => answer.overall === overall), {
    what: `the cluster to be ${overall}`,
  });

describe("the cluster's health check", () => {
  it("tells what two nodes know: ready, not ready, and what is wrong while Redis is away", async () => {
    const redis = await startRedis({ password: "redis-password-for-tests" });
    const nodes = new NodesOnOneDatabase({
      server: { db_encryption_key: newFernetKey() },
      cluster: { backend: "redis", redis_host: redis.host, redis_port: redis.port, redis_password: redis.password },
    });
    const [one, other] = await Promise.all([nodes.start("one"), nodes.start("other")]);
    const stranger = new HttpClient(one.url);
    expect((await stranger.get("/api/fleet/cluster/health-check")).status).toBe(401);
    const [client, second] = [await logInAt(one), await logInAt(other)];

    const healthy = await reaches(client, "healthy");
    expect(healthy).toMatchObject({
      backend: { connected: true, type: "redis", host: `127.0.0.1:${redis.port}/0`, error: null },
      nodes: [
        { node_id: "one", status: "active" },
        { node_id: "other", status: "active" },
      ],
      sync: { synced: true, error: null },
      failover: { ready: true, healthy_nodes: 2, details: "Any one of these nodes can fail now: one, other." },
    });
    expect(healthy.backend.latency_ms).toBeGreaterThan(0);
    expect(Date.parse(healthy.sync.last_sync ?? "")).toBeGreaterThan(Date.now() - 60_000);
    await waitFor(async () => (await check(client)).sync.session_count === 2, { what: "both logins to be counted" });

    await other.stop();
    const alone = await reaches(client, "degraded");
    expect(alone.failover).toEqual({
      ready: false,
      healthy_nodes: 1,
      details: "Only one is healthy: nobody could take over.",
    });

    redis.freeze();
    const lost = await reaches(client, "critical");
    expect(lost.backend).toMatchObject({ connected: false, latency_ms: null, error: expect.any(String) as string });
    redis.resume();
    await reaches(client, "degraded");

    await redis.stop();
    await reaches(client, "critical");
    const asked = performance.now();
    const away = await check(client);
    expect(performance.now() - asked).toBeLessThan(4_000);
    expect(away).toMatchObject({ backend: { connected: false }, sync: { synced: false }, failover: { ready: false } });
    expect(JSON.stringify(away)).not.toContain(redis.password);
    for (const each of [stranger, client, second]) each.close();
    await one.stop();
  });

  it("has the same shape on a node that runs alone", async () => {
    const node = await startFleetNode();
    const client = await logInAt(node);
    expect(await check(client)).toEqual({
      overall: "healthy",
      backend: { connected: false, type: "none", latency_ms: null, host: null, error: null },
      nodes: [],
      sync: {
        synced: true,
        session_count: 1,
        last_sync: null,
        details: "This server runs as a single node: there is nobody to agree with.",
        error: null,
      },
      failover: {
        ready: false,
        healthy_nodes: 1,
        details: "This server runs as a single node: nobody takes over when it fails.",
      },
    });
    client.close();
    await node.stop();
  });
});
