import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { portProblem } from "../../scripts/start/port-check.mjs";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

/** What `npm start -- <args>` runs. */
function start(...args: string[]): RunningProcess {
  const foreign = Object.keys(process.env).filter((name) => name.startsWith("FLEET_"));
  const env = { ...process.env, ...Object.fromEntries(foreign.map((name) => [name, undefined])) };
  const script = path.join(projectRoot, "scripts/start.mjs");
  return startProcess(process.execPath, [script, ...args], { cwd: projectRoot, env, name: "npm start" });
}

/** Process ids of what it runs: the nodes or the agent. */
function childrenOf(parent: RunningProcess, program: "dist/main.js --config" | "agent/dist/main.js"): number[] {
  const pattern = program.startsWith("dist") ? `[^t]/${program}` : program;
  const pids = execFileSync("pgrep", ["-P", String(parent.pid), "-f", pattern], { encoding: "utf8" });
  return pids.trim().split("\n").map(Number);
}

const modeOf = (file: string) => statSync(file).mode & 0o777;
const passwordIn = (output: string) => /Password +(\S+) +\(shown this once/.exec(output)?.[1];

interface MachineList {
  machines: {
    info: { total_memory?: number; cpu_threads?: number; e2ee_enabled?: boolean };
    latest_metrics: { cpu?: { percent?: number }; memory?: { total?: number; percent?: number } };
  }[];
}

describe("npm start", () => {
  it("explains itself", async () => {
    const help = start("--help");
    expect(await help.exited).toEqual({ code: 0, signal: null });
    expect(help.output).toMatch(/Usage: npm start -- \[options\][^]*--nodes N/);
  });

  it("refuses an option that it does not know", async () => {
    const refused = start("--prot", "1");
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.output).toContain("--prot");
  });

  it("names a port that is taken, and the fix", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const refused = start("--data", path.join(makeTempFolder("start"), "data"), "--port", String(port));
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.output).toMatch(new RegExp(`Port ${port} is taken[^]*npm start -- --port \\d+`));
    other.close();
  });

  it("shows the mistakes of a configuration file and ends as the node would", async () => {
    const file = path.join(makeTempFolder("start"), "config.yaml");
    writeFileSync(file, `server:\n  port: ${await freePort()}\n  web_pasword: something\n`);
    const refused = start("--config", file);
    expect(await refused.exited).toEqual({ code: 78, signal: null });
    expect(refused.output).toMatch(/config\.yaml:3: .*server\.web_password/);
  });

  it("sets up a private server, shows this machine on it, and knows everything again the next time", async () => {
    const data = path.join(makeTempFolder("start"), "data");
    const args = ["--data", data, "--port", String(await freePort())];

    const first = start(...args);
    const address = await first.waitForLine(/Fleet Server answers at +http/);
    await first.waitForLine(/Password/);
    const password = passwordIn(first.output) ?? "";
    expect(password.length).toBeGreaterThanOrEqual(12);
    expect(modeOf(data)).toBe(0o700);
    expect(modeOf(path.join(data, "config.yaml"))).toBe(0o600);

    const client = new HttpClient(/http\S+/.exec(address)?.[0] ?? "");
    await client.login("admin", password);
    const machine = await waitFor(
      async () => ((await client.get("/api/fleet/machines")).json() as MachineList).machines[0],
      { what: "this machine to be shown" },
    );
    expect(machine.info.total_memory).toBeGreaterThan(totalmem() * 0.9);
    expect(machine.info.total_memory).toBeLessThan(totalmem() * 1.1);
    expect(machine.info.cpu_threads).toBe(availableParallelism());
    expect(machine.info.e2ee_enabled).toBe(true);
    expect(machine.latest_metrics.memory?.percent).toBeGreaterThan(0);
    expect(machine.latest_metrics.cpu?.percent).toBeGreaterThanOrEqual(0);

    const config = readFileSync(path.join(data, "config.yaml"), "utf8");
    expect(await first.stop()).toEqual({ code: 0, signal: null });

    const second = start(...args);
    await second.waitForLine(/Fleet Server answers at +http/);
    expect(second.output).toMatch(/Dependencies are up to date[^]*Build is up to date/);
    expect(second.output).not.toContain(password);
    expect(readFileSync(path.join(data, "config.yaml"), "utf8")).toBe(config);
    await client.login("admin", password);
    client.close();
    expect(await second.stop("SIGINT")).toEqual({ code: 0, signal: null });
  });

  it("starts the agent again when that has died, and leaves nothing behind when it is stopped", async () => {
    const running = start("--data", path.join(makeTempFolder("start"), "data"), "--port", String(await freePort()));
    await running.waitForLine(/\[agent\].*first report accepted/);
    const [agent = 0] = childrenOf(running, "agent/dist/main.js");
    process.kill(agent, "SIGKILL");
    await running.waitForLine(/agent ended \(SIGKILL\); starting it again in 1 s/);
    const [next = 0] = await waitFor(() => childrenOf(running, "agent/dist/main.js"), { what: "a new agent" });
    const [node = 0] = childrenOf(running, "dist/main.js --config");
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    for (const pid of [next, node]) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("runs without an agent if told so", async () => {
    const data = path.join(makeTempFolder("start"), "data");
    const running = start("--no-agent", "--data", data, "--port", String(await freePort()));
    await running.waitForLine(/Fleet Server answers/);
    expect(() => childrenOf(running, "agent/dist/main.js")).toThrow();
    await running.stop();
    expect(running.output).not.toContain("[agent]");
  });

  it("runs several nodes as one cluster, which goes on when one of them is killed", async () => {
    let port = await freePort();
    while ((await portProblem("127.0.0.1", port, 3)) !== null) port = await freePort();
    const data = path.join(makeTempFolder("start"), "data");
    const running = start("--nodes", "3", "--no-agent", "--data", data, "--port", String(port));
    await running.waitForLine(/Fleet Server answers at( +http:\S+){3}/);
    await running.waitForLine(/Password/);
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    await client.login("admin", passwordIn(running.output) ?? "");
    const active = async () =>
      ((await client.get("/api/fleet/cluster/status")).json() as { active_nodes: number }).active_nodes;
    await waitFor(async () => (await active()) === 3, { what: "three active nodes" });

    const last = new HttpClient(`http://127.0.0.1:${port + 2}`);
    for (const [name, value] of client.cookies) last.cookies.set(name, value);
    expect((await last.get("/api/fleet/current-user")).status).toBe(200);

    const [, , third = 0] = childrenOf(running, "dist/main.js --config").sort((a, b) => a - b);
    process.kill(third, "SIGKILL");
    await running.waitForLine(/ended \(SIGKILL\)\. 2 still running/);
    expect((await client.get("/api/fleet/current-user")).status).toBe(200);
    client.close();
    last.close();
    expect((await running.stop()).code).toBe(0);
    expect(existsSync(path.join(data, "fleet_data.sqlite3"))).toBe(true);
  });
});
