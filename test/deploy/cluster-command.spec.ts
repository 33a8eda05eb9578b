import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { portProblem } from "../../scripts/start/port-check.mjs";
import { PORTS } from "../../scripts/cluster/places.mjs";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

// Seven real processes on a busy machine: far more than the test needs.

const folder = makeTempFolder("cluster");
const secret = (name: string) => readFileSync(path.join(folder, "secrets", name), "utf8").trim();

/** The first of so many free ports in a row. */
async function freePortRange(): Promise<number> {
  for (;;) {
    const first = await freePort();
    if (first + PORTS < 65_536 && (await portProblem("127.0.0.1", first, PORTS)) === null) return first;
  }
}

function startCluster(port: number, ...args: string[]): RunningProcess {
  return startProcess(
    process.execPath,
    ["scripts/cluster.mjs", "--no-agent", "--data", folder, "--port", String(port), ...args],
    {
      cwd: projectRoot,
      env: { ...process.env, FLEET_CLUSTER__HEARTBEAT_INTERVAL: "1", FLEET_CLUSTER__NODE_TIMEOUT: "3" },
    },
  );
}

/** Everything that a process has started, and what these have. */
function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isNode(pid: number, name: string): boolean {
  return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`FLEET_CLUSTER__NODE_ID=${name}`);
}

/** What the container of a node asks; there each has the same port. */
function healthCheck(port: number): [number | null, string] {
  const args = ["scripts/container/health-check.mjs", `https://127.0.0.1:${port}/health/live`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8" });
  return [status, stderr];
}

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

interface ClusterStatus {
  readonly nodes: readonly { readonly node_id: string; readonly status: string }[];
}

async function statusOf(client: HttpClient): Promise<string[]> {
  const answer = await client.get("/api/fleet/cluster/status");
  return (answer.json() as ClusterStatus).nodes.map(({ node_id, status }) => `${node_id} ${status}`).sort();
}

describe("npm run cluster", () => {
  it("runs three nodes behind HAProxy, goes on without one of them, and leaves nothing behind", async () => {
    const port = await freePortRange();
    const cluster = startCluster(port);
    await cluster.waitForLine(/Data and logs/, 90_000);
    expect(cluster.output).toContain(`The cluster answers at   https://localhost:${port}`);
    expect(cluster.output).toContain(secret("web_password.txt"));
    const processes = descendants(cluster.pid);
    expect(healthCheck(port + 1)).toEqual([0, ""]);

    // The certificate's own: what is believed without it would be believed of anybody.
    const client = new HttpClient(`https://localhost:${port}`, { ca: secret("tls_cert.pem") });
    await client.login("admin", secret("web_password.txt"));
    const report = (id: string) =>
      client.post("/api/fleet/report", {
        headers: { "X-API-Key": secret("api_key.txt") },
        json: { machine_id: id, machine_info: { hostname: id }, metrics: { cpu: { percent: 12.5 } } },
      });
    expect((await report("web-01")).status).toBe(200);
    await waitFor(async () => (await statusOf(client)).join() === "node1 active,node2 active,node3 active", {
      what: "three active nodes",
    });

    const node2 = processes.find((pid) => isNode(pid, "node2"));
    if (node2 === undefined) throw new Error("there is no process of node2");
    process.kill(node2, "SIGKILL");
    await cluster.waitForLine(/^node2 ended \(SIGKILL\)\.$/);
    for (let round = 0; round < 6; round += 1) expect((await report(`web-0${round}`)).status).toBe(200);
    expect((await client.get("/api/fleet/machine/web-05")).status).toBe(200);
    await waitFor(async () => (await statusOf(client)).includes("node2 inactive"), { what: "the others to tell" });
    client.close();

    expect(await cluster.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    const output = cluster.output.split("\n");
    expect(output.filter((line) => line.includes("Fleet server stopped"))).toHaveLength(2);
    expect(processes.filter((pid) => !isGone(pid))).toEqual([]);
    expect(healthCheck(port + 1)).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
  });

  it("keeps its data, and runs behind nginx as well", async () => {
    const port = await freePortRange();
    const cluster = startCluster(port, "--nginx");
    await cluster.waitForLine(/Data and logs/, 90_000);
    expect(cluster.output).not.toContain(secret("web_password.txt"));
    const processes = descendants(cluster.pid);
    const client = new HttpClient(`https://localhost:${port}`, { ca: secret("tls_cert.pem") });
    await client.login("admin", secret("web_password.txt"));
    expect((await client.get("/api/fleet/machine/web-01")).status).toBe(200);
    client.close();

    cluster.kill("SIGINT");
    await cluster.waitForLine(/SIGTERM: draining for 6 s/);
    // Whoever asks again does not want to wait; the same request may also arrive twice, within a second.
    const ended = await waitFor(() => (cluster.kill("SIGINT"), cluster.exit), { what: "it to end", intervalMs: 1100 });
    expect(ended).toEqual({ code: 0, signal: null });
    expect(cluster.output).toContain("SIGTERM again: ending at once");
    expect(processes.filter((pid) => !isGone(pid))).toEqual([]);
  });
});
