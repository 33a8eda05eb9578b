import { Controller, Get, Header, type INestApplication, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { SchedulerRegistry } from "@nestjs/schedule";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DataSource } from "typeorm";
import { ClusterHealth } from "../../../src/cluster/cluster-health.js";
import type { ClusterStatusAnswer, NodeAnswer } from "../../../src/cluster/cluster-answer.js";
import { ClusterModule } from "../../../src/cluster/cluster.module.js";
import { Heartbeat } from "../../../src/cluster/heartbeat.js";
import { NodeRegistry } from "../../../src/cluster/registry/node-registry.js";
import { VERSION } from "../../../src/common/version.js";
import { FleetConfigModule } from "../../../src/config/config.module.js";
import { StoredEvent } from "../../../src/events/event.entity.js";
import { LifecycleModule } from "../../../src/lifecycle/lifecycle.module.js";
import { MonitoringModule } from "../../../src/monitoring/monitoring.module.js";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import { onCleanup } from "../../support/cleanup.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { waitFor } from "../../support/wait-for.js";
import { clusterConfig } from "./cluster-config.js";
import { LogLines } from "./log-lines.js";

const logs = new LogLines();

let letGo: (() => void) | undefined;

/** A request that stays in flight until the test lets it go. */
@Controller("slow")
class SlowController {
  @Get()
  @Header("Connection", "close")
  async answer(): Promise<string> {
    await new Promise<void>((resolve) => (letGo = resolve));
    return "done";
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

class Node {
  private closed: Promise<void> | undefined;

  private constructor(
    readonly app: INestApplication,
    readonly url: string,
  ) {}

  static async start(folder: string, env: Record<string, string>): Promise<Node> {
    const config = clusterConfig({
      FLEET_SERVER__DB_PATH: path.join(folder, "fleet.sqlite3"),
      FLEET_CLUSTER__STATE_PATH: path.join(folder, "cluster-state.json"),
      FLEET_CLUSTER__HEARTBEAT_INTERVAL: "0.2",
      FLEET_CLUSTER__NODE_TIMEOUT: "2",
      ...env,
    });
    @Module({
      imports: [
        FleetConfigModule.register(config),
        MonitoringModule,
        LifecycleModule,
        ClusterModule.register(config.cluster),
        SlowModule,
      ],
    })
    class NodeModule {}
    const app = await NestFactory.create(NodeModule, { logger: logs, abortOnError: false });
    await app.listen(0, "127.0.0.1");
    app.get(NodeLifecycle).serve();
    const node = new Node(app, await app.getUrl());
    onCleanup(() => node.close());
    return node;
  }

  async get<T>(place: string): Promise<T> {
    return (await (await fetch(`${this.url}/api/fleet/cluster/${place}`)).json()) as T;
  }

  async sees(nodeId: string): Promise<NodeAnswer | undefined> {
    const { nodes } = await this.get<ClusterStatusAnswer>("status");
    return nodes.find(({ node_id }) => node_id === nodeId);
  }

  async waitUntilItSees(nodeId: string, status: string): Promise<NodeAnswer> {
    const what = `node ${nodeId} to be seen ${status}`;
    return waitFor(async () => [await this.sees(nodeId)].find((node) => node?.status === status), { what });
  }

  close(): Promise<void> {
    this.closed ??= this.app.close();
    return this.closed;
  }
}

/** The kinds of the events in the node's database, in their order. */
async function kindsOf({ app }: Node): Promise<string[]> {
  const events = await app
    .get(DataSource)
    .getRepository(StoredEvent)
    .find({ order: { id: "ASC" } });
  return events.map(({ kind }) => kind);
}

const nodeB = {
  FLEET_CLUSTER__NODE_ID: "b",
  FLEET_CLUSTER__HOSTNAME: "::1",
  FLEET_SSL__CERT_FILE: "/c",
  FLEET_SSL__KEY_FILE: "/k",
};

describe("a node that runs alone", () => {
  it("says so, is healthy, and has neither registry nor heartbeat", async () => {
    const folder = makeTempFolder("standalone");
    const node = await Node.start(folder, { FLEET_CLUSTER__ENABLED: "false" });
    expect(await node.get("status")).toEqual({
      enabled: false,
      mode: "standalone",
      message: expect.stringMatching(/./) as string,
      node: {
        hostname: expect.stringMatching(/./) as string,
        version: VERSION,
        started_at: expect.stringMatching(/Z$/) as string,
        reports_per_second: 0,
        dependencies: {},
      },
    });
    expect(await node.get("nodes")).toEqual({ nodes: [], count: 0 });
    expect(node.app.get(ClusterHealth).check()).toEqual({ up: true });
    for (const token of [NodeRegistry, Heartbeat, SchedulerRegistry]) {
      expect(() => node.app.get(token, { strict: false })).toThrow();
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("two nodes on one folder", () => {
  it("see each other, with every member that clients rely on", async () => {
    const folder = makeTempFolder("cluster");
    const a = await Node.start(folder, {});
    await Node.start(folder, nodeB);
    await a.waitUntilItSees("b", "active");

    const status = await a.get<ClusterStatusAnswer>("status");
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    const common = {
      status: "active",
      last_heartbeat: time,
      version: VERSION,
      started_at: time,
      heartbeat_age_ms: expect.any(Number) as number,
      config_mismatch: [],
      port: 8768,
      reports_per_second: 0,
      certificate_expires_at: null,
      dependencies: {},
    };
    expect(status).toEqual({
      enabled: true,
      node_id: "a",
      backend: "file",
      total_nodes: 2,
      active_nodes: 2,
      inactive_nodes: 0,
      nodes: [
        { ...common, node_id: "a", hostname: "a.example.com", url: "http://a.example.com:8768" },
        { ...common, node_id: "b", hostname: "::1", url: "https://[::1]:8768" },
      ],
    });
    expect(await a.get("nodes")).toMatchObject({ count: 2, nodes: [{ node_id: "a" }, { node_id: "b" }] });
    expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("see one of them drain, stop, and come back under its next incarnation", async () => {
    const folder = makeTempFolder("cluster");
    const a = await Node.start(folder, {});
    const b = await Node.start(folder, nodeB);
    await a.waitUntilItSees("b", "active");
    b.app.get(NodeLifecycle).drain();
    await a.waitUntilItSees("b", "draining");
    expect(await a.get("nodes")).toMatchObject({ count: 1, nodes: [{ node_id: "a" }] });
    await b.close();
    await a.waitUntilItSees("b", "stopped");
    expect(await a.get("status")).toMatchObject({ total_nodes: 2, active_nodes: 1, inactive_nodes: 0 });
    await Node.start(folder, nodeB);
    await a.waitUntilItSees("b", "active");
  });

  it("keep a draining node in sight while it finishes a request, past the node time-out", async () => {
    const folder = makeTempFolder("cluster");
    const a = await Node.start(folder, {});
    const b = await Node.start(folder, nodeB);
    await a.waitUntilItSees("b", "active");
    const request = fetch(`${b.url}/slow`).then((response) => response.text());
    await waitFor(() => letGo, { what: "the request to arrive" });
    b.app.get(NodeLifecycle).drain();
    await a.waitUntilItSees("b", "draining");
    const closed = b.close();
    const seen = new Set<string | undefined>();
    const closing = performance.now();
    await waitFor(
      async () => {
        seen.add((await a.waitUntilItSees("b", "draining")).status);
        return performance.now() - closing > 2_500;
      },
      { what: "more than a node time-out to pass" },
    );
    letGo?.();
    expect(await request).toBe("done");
    await closed;
    expect((await a.waitUntilItSees("b", "stopped")).status).toBe("stopped");
    expect((await kindsOf(a)).filter((kind) => kind === "node.inactive")).toEqual([]);
  });

  it("do not list a forged or replayed record, and make one event of each", async () => {
    const folder = makeTempFolder("cluster");
    const a = await Node.start(folder, {});
    const records = path.join(folder, "cluster-state.json.d");
    const b = await Node.start(folder, nodeB);
    await a.waitUntilItSees("b", "active");
    const [name = ""] = readdirSync(records).filter((file) => file.startsWith("node-b-"));
    const genuine = readFileSync(path.join(records, name), "utf8");
    await b.close();
    await a.waitUntilItSees("b", "stopped");

    writeFileSync(path.join(records, name), genuine);
    const rejected = async () => (await kindsOf(a)).filter((kind) => kind === "node.record_rejected").length;
    await waitFor(async () => (await rejected()) === 1, { what: "the event of the replay" });
    writeFileSync(path.join(records, name), genuine.replace("8768", "9999"));
    await waitFor(async () => (await rejected()) === 2, { what: "the event of the forgery" });
    const { heartbeat_age_ms: age } = (await a.sees("a")) ?? {};
    await waitFor(async () => ((await a.sees("a"))?.heartbeat_age_ms ?? NaN) !== age, { what: "further heartbeats" });
    expect(await a.sees("b")).toMatchObject({ status: "stopped", port: 8768 });
    expect(await rejected()).toBe(2);
  });
});

describe("two processes with one node id", () => {
  it("end with the older one giving way, and the newer one in the cluster", async () => {
    const folder = makeTempFolder("cluster");
    const older = await Node.start(folder, {});
    const exits: number[] = [];
    older.app.get(NodeLifecycle).on("fatal", (_, code) => exits.push(code));
    const newer = await Node.start(folder, {});
    await waitFor(() => exits.length > 0, { what: "the older process to give way" });
    expect(exits).toEqual([78]);
    expect(older.app.get(NodeLifecycle).refusesBecause).toContain("Give every node its own cluster.node_id");
    expect(newer.app.get(NodeLifecycle).refusesBecause).toBeUndefined();
    expect(newer.app.get(ClusterHealth).check()).toEqual({ up: true });
  });
});
