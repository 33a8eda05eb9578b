import { type NodeRecord, sealRecord } from "../../src/cluster/node-record.js";
import { RecordSeal } from "../../src/cluster/record-seal.js";
import { RedisNodeRegistry } from "../../src/cluster/registry/redis-node-registry.js";
import { deriveKey } from "../../src/crypto/derive-key.js";
import { RecordSigner } from "../../src/crypto/record-signer.js";
import { onCleanup } from "../support/cleanup.js";
import type { FleetNode } from "../support/fleet-node.js";
import { waitFor } from "../support/wait-for.js";
import { CLUSTER_SECRET, MemberNodes, Observer } from "./member-nodes.js";

const REWRITE_MS = 100;

const sealOf = (secret: string) =>
  new RecordSeal(new RecordSigner(deriveKey(Buffer.from(secret, "utf8"), "node-record")), "any database");

describe("nodes that share a registry with somebody who writes into it", () => {
  let nodes: MemberNodes;
  let registry: RedisNodeRegistry;
  let a: FleetNode;
  let b: FleetNode;
  let atA: Observer;
  let atB: Observer;

  beforeAll(async () => {
    nodes = await MemberNodes.prepare();
    const { host, port } = nodes.redis;
    registry = new RedisNodeRegistry({ host, port, db: 0, tls: false, sentinels: [], sentinel_name: "mymaster" });
    [a, b] = await Promise.all([nodes.start("a"), nodes.start("b")]);
    [atA, atB] = await Promise.all([Observer.at(a), Observer.at(b)]);
    await atA.waitFor({ a: "active", b: "active" });
  });

  afterAll(async () => {
    atA.close();
    atB.close();
    await registry.close();
  });

  const recordOf = async (nodeId: string) =>
    waitFor(async () => (await registry.list()).find((entry) => entry.nodeId === nodeId)?.record, { what: "a record" });
  const payloadOf = (record: string) => JSON.parse((JSON.parse(record) as { payload: string }).payload) as NodeRecord;

  /** Whatever is published under this id, this record takes its place at once, as fresh as can be. */
  function keepInPlace(nodeId: string, record: string): () => void {
    const timer = setInterval(() => {
      registry.publish(nodeId, record).catch(() => undefined);
    }, REWRITE_MS);
    const stop = () => {
      clearInterval(timer);
    };
    onCleanup(stop);
    return stop;
  }

  it("never list an old record as a living node, also one that starts while it stands there", async () => {
    const c = await nodes.start("c");
    const old = await recordOf("c");
    await waitFor(async () => payloadOf(await recordOf("c")).sequence > payloadOf(old).sequence + 1, {
      what: "later heartbeats of c",
    });
    await c.kill();
    await atA.waitFor({ c: "inactive" });

    const stop = keepInPlace("c", old);
    const d = await nodes.start("d");
    const atD = await Observer.at(d);
    await atD.waitFor({ a: "active", b: "active", d: "active" });
    expect(await atD.statusesOf("c", { own: "d", beats: 4 })).toEqual(new Set(["not listed"]));
    expect(await atA.statusesOf("c", { own: "a", beats: 2 })).toEqual(new Set(["inactive"]));
    stop();
    await atA.waitForEvents("node.record_rejected", "c", 1);
    expect((await atA.events("node.record_rejected", "c")).map(({ details }) => details.reason)).toEqual([
      "it is older than one already published",
    ]);
    expect(await atA.events("node.inactive", "c")).toHaveLength(1);
    atD.close();
    await d.stop();
    await registry.remove("c");
  });

  it("never list what is forged, tampered with or of an earlier start, and make one event of each", async () => {
    const genuine = await recordOf("b");
    const foreign = sealRecord({ ...payloadOf(genuine), node_id: "forged" }, sealOf("another secret of a cluster"));
    const forged = JSON.stringify({ ...(JSON.parse(foreign) as object), database: undefined });
    const tampered = genuine.replace('\\"port\\":', '\\"port\\":1');
    await registry.publish("forged", forged);
    await registry.publish("tampered", tampered);
    await registry.publish("moved", genuine);
    const observer = await Observer.at(b);
    for (const subject of ["forged", "tampered", "moved"]) {
      await atA.waitForEvents("node.record_rejected", subject, 1);
      const beats = { own: "b", beats: 1 };
      expect(await observer.statusesOf(subject, beats)).toEqual(new Set(["not listed"]));
      expect(await atA.events("node.record_rejected", subject)).toHaveLength(1);
      await registry.remove(subject);
    }
    observer.close();
  });

  it("are not flooded by hundreds of forged nodes", async () => {
    const forged = await recordOf("b").then((record) => record.replace('"signature":"', '"signature":"x'));
    const ids = Array.from({ length: 300 }, (_, index) => `flood-${index}`);
    await Promise.all(ids.map((id) => registry.publish(id, forged)));
    await waitFor(() => /more than 20 nodes/.test(a.output) && /more than 20 nodes/.test(b.output), {
      what: "both to say that there are too many to be named",
    });
    expect(await atA.statusesOf("flood-0", { own: "a", beats: 3 })).toEqual(new Set(["not listed"]));
    for (const { output } of [a, b]) expect(output.match(/node\.record_rejected: \\"flood/g)?.length).toBeLessThan(21);
    await Promise.all(ids.map((id) => registry.remove(id)));
  });

  it("read a record of a later format, and pass over what they do not know", async () => {
    const later = {
      ...payloadOf(await recordOf("b")),
      format: 2,
      node_id: "later",
      incarnation: 1,
      sequence: 1,
      mood: { today: "good" },
    };
    await registry.publish("later", sealRecord(later, sealOf(CLUSTER_SECRET)));
    await atA.waitFor({ later: "active" });
    expect(Object.keys((await atA.node("later")) ?? {})).not.toContain("mood");
    await registry.publish("later", sealRecord({ ...later, sequence: 2, state: "stopped" }, sealOf(CLUSTER_SECRET)));
    await atA.waitFor({ later: "stopped" });
    await registry.remove("later");
  });

  it("see one freeze and come back, twice, and it blames nobody for its own sleep", async () => {
    for (const time of [1, 2]) {
      b.freeze();
      await atA.waitFor({ b: "inactive" });
      await atA.waitForEvents("node.inactive", "b", time);
      b.resume();
      expect(await atB.statusesOf("a", { own: "b", beats: 2 })).not.toContain("inactive");
      await atA.waitFor({ b: "active" });
      await atA.waitForEvents("node.back", "b", time);
      expect(await atA.events("node.inactive", "b")).toHaveLength(time);
      expect(await atA.events("node.back", "b")).toHaveLength(time);
    }
    expect(await atA.events("node.inactive", "a")).toEqual([]);
  });

  it("give the node id to the newer of two processes, also when the older sleeps meanwhile", async () => {
    const older = await nodes.start("twin");
    older.freeze();
    const newer = await nodes.start("twin");
    older.resume();
    expect(await older.process.exited).toEqual({ code: 78, signal: null });
    expect(older.output).toContain("started later");
    await atA.waitFor({ twin: "active" });
    await newer.stop();
    await atA.waitFor({ twin: "stopped" });
  });
});
