import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";
import { MemberNodes, Observer } from "./member-nodes.js";

async function ask(node: FleetNode, place: string): Promise<{ status: number; text: string }> {
  const client = new HttpClient(node.url);
  const answer = await client.get(place, { headers: { "x-api-key": testCredentials.apiKey } });
  client.close();
  return answer;
}

/** Neither people nor agents are served, not for a moment since it started, and probes say why. */
async function expectRefusal(node: FleetNode, reason: string): Promise<void> {
  expect(node.output).toContain("and refusing to serve");
  expect(node.output).not.toContain("Fleet server started on");
  for (const place of ["/dashboard", "/api/fleet/machines", "/api/fleet/commands/m", "/login"]) {
    const { status, text } = await ask(node, place);
    expect([place, status, (JSON.parse(text) as { code: string }).code]).toEqual([place, 503, "NODE_REFUSES"]);
  }
  for (const scope of ["", "?scope=ingest"]) {
    const { status, text } = await ask(node, `/api/fleet/cluster/health${scope}`);
    expect(status).toBe(503);
    expect(text).toContain(reason);
  }
  expect((await ask(node, "/health/live")).status).toBe(200);
  expect(node.output).toContain(reason);
}

describe("a node that joins a cluster", () => {
  let nodes: MemberNodes;
  let running: FleetNode[];
  let observer: Observer;

  beforeAll(async () => {
    nodes = await MemberNodes.prepare();
    running = await Promise.all([nodes.start("a"), nodes.start("b")]);
    observer = await Observer.at(running[0] as FleetNode);
    await observer.waitFor({ a: "active", b: "active" });
  });

  afterAll(() => {
    observer.close();
  });

  const runningServe = async () => {
    for (const node of running) expect((await ask(node, "/api/fleet/cluster/health")).status).toBe(200);
  };

  it("with another database serves nobody, and the others name it and go on", async () => {
    const db_url = await nodes.postgres.createDatabase("another");
    const odd = await nodes.start("odd", { server: { db_url } });
    await expectRefusal(odd, "uses another database than the running nodes");
    const shown = await waitFor(async () => [await observer.node("odd")].find((node) => node?.status === "stopped"), {
      what: "the others to see that it does not serve",
    });
    expect(shown.config_mismatch).toEqual(["database"]);
    await observer.waitForEvents("node.mismatched", "odd", 1);
    expect(await observer.events("node.mismatched", "odd")).toHaveLength(1);
    await runningServe();
    await odd.stop();

    const mended = await nodes.start("odd");
    expect((await ask(mended, "/api/fleet/cluster/health")).status).toBe(200);
    await observer.waitFor({ odd: "active" });
    expect((await observer.node("odd"))?.config_mismatch).toEqual([]);
    await mended.stop();
  });

  it("with another session store serves nobody either", async () => {
    const { host, port } = nodes.redis;
    const odd = await nodes.start("elsewhere", { sessions: { redis: { host, port, db: 5 } } });
    await expectRefusal(odd, "uses another session store than the running nodes");
    await runningServe();
    await odd.stop();
  });

  it("with a setting that differs serves, and the setting is named without its value", async () => {
    const odd = await nodes.start("hasty", { sessions: { ttl: 4321 } });
    expect((await ask(odd, "/api/fleet/cluster/health")).status).toBe(200);
    await observer.waitForEvents("node.mismatched", "hasty", 1);
    expect((await observer.node("hasty"))?.config_mismatch).toEqual(["sessions.ttl"]);
    expect((await observer.node("a"))?.config_mismatch).toEqual([]);
    const [event] = await observer.events("node.mismatched", "hasty");
    expect(event?.details.settings).toBe("sessions.ttl");
    expect(JSON.stringify([event, await observer.nodes()])).not.toContain("4321");
    await odd.stop();
  });

  it("is let in again after Redis has lost everything", async () => {
    await nodes.redis.restart();
    await waitFor(async () => (await ask(running[1] as FleetNode, "/api/fleet/cluster/health")).status === 200, {
      what: "the nodes to be well again",
    });
    const late = await nodes.start("late");
    await waitFor(async () => (await ask(late, "/api/fleet/cluster/health")).status === 200, {
      what: "the node to serve",
    });
    const again = await Observer.at(late);
    await again.waitFor({ a: "active", b: "active", late: "active" });
    await waitFor(async () => (await again.nodes()).every(({ config_mismatch }) => config_mismatch.length === 0), {
      what: "no difference to remain",
    });
    again.close();
    await late.stop();
  });
});

it("a node on another database serves nobody where the cluster has no secret of its own, too", async () => {
  const key = newFernetKey();
  const state_path = path.join(makeTempFolder("registry"), "cluster-state.json");
  const start = (node_id: string) =>
    startFleetNode({
      config: {
        server: { db_encryption_key: key },
        cluster: { enabled: true, state_path, node_id, heartbeat_interval: 1, node_timeout: 3 },
      },
    });
  // Each has a database file of its own.
  const one = await start("one");
  const other = await start("other");
  await expectRefusal(other, "uses another database than the running nodes");
  const observer = await Observer.at(one);
  await observer.waitForEvents("node.mismatched", "other", 1);
  expect((await ask(one, "/api/fleet/cluster/health")).status).toBe(200);
  await one.stop();
  await waitFor(async () => (await ask(other, "/api/fleet/cluster/health")).status === 200, {
    what: "it to serve once the others are gone",
  });
  observer.close();
});
