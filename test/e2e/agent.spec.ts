import { createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { cpus, hostname } from "node:os";
import path from "node:path";

import { AgentProcess } from "../support/agent-process.js";
import { answerJson } from "../support/report-receiver.js";
import { AgentStage, reportOf } from "./agent-stage.js";

const API_KEY = "k-7f3a91c2";

const stage = AgentStage.forEachTest(API_KEY);

describe("the agent's report", () => {
  it("is posted as the contract says, with the figures of this machine", async () => {
    const server = await stage.receiver();
    const before = netBytesReceived();
    stage.start([`${server.url}/prefix/`], "--machine-id", "web-01");
    const [first] = await server.requests(1);

    expect(first).toMatchObject({ method: "POST", url: "/prefix/api/fleet/report" });
    expect(first?.headers).toMatchObject({ "x-api-key": API_KEY, "content-type": "application/json" });
    const { machine_id, machine_info, metrics } = reportOf(first);

    expect(machine_id).toBe("web-01");
    expect(machine_info).toMatchObject({
      hostname: hostname(),
      computer_name: hostname(),
      cpu_threads: cpus().length,
    });
    expect(machine_info.cpu_count).toBeGreaterThan(0);
    expect(machine_info.cpu_count).toBeLessThanOrEqual(cpus().length);
    expect(Math.abs(Date.parse(machine_info.boot_time) - (Date.now() - procUptime() * 1000))).toBeLessThan(5000);
    expect(Object.keys(machine_info.disks?.[0] ?? {}).sort()).toEqual(
      ["device", "free", "fstype", "mountpoint", "total", "used"].sort(),
    );

    expect(metrics.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(metrics.timestamp) - Date.now())).toBeLessThan(5000);
    expect(Math.abs(Number(metrics.uptime_seconds) - procUptime())).toBeLessThan(5);
    expect(metrics.cpu.percent).toBeGreaterThanOrEqual(0);
    expect(metrics.cpu.percent).toBeLessThanOrEqual(100);
    expect(Math.abs(Number(metrics.cpu.load_avg?.[2]) - procLoad15())).toBeLessThan(1);
    expect(metrics.cpu).toMatchObject({ count: machine_info.cpu_count, threads: machine_info.cpu_threads });

    const total = procMemory("MemTotal");
    for (const figure of [metrics.memory?.total, machine_info.total_memory]) {
      expect(Math.abs(Number(figure) / total - 1)).toBeLessThan(0.01);
    }
    expect(Math.abs(Number(metrics.memory?.available) - procMemory("MemAvailable"))).toBeLessThan(total * 0.1);
    expect(Number(metrics.memory?.used) + Number(metrics.memory?.available)).toBe(metrics.memory?.total);

    const root = statfsSync("/");
    expect(metrics.disk?.total).toBe(root.blocks * root.bsize);
    expect(Math.abs(Number(metrics.disk?.free) - root.bavail * root.bsize)).toBeLessThan(
      root.blocks * root.bsize * 0.05,
    );
    expect(metrics.network?.bytes_recv).toBeGreaterThanOrEqual(before);
    expect(metrics.network?.bytes_recv).toBeLessThanOrEqual(netBytesReceived());
    expect(metrics.network?.packets_sent).toBeGreaterThanOrEqual(0);
    const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
    expect(Math.abs(Number(metrics.processes?.total) - processes)).toBeLessThan(processes * 0.5);
    expect(metrics).toHaveProperty("battery");
  });

  it("tells which start of the machine it is from, and what the operator says about the machine", async () => {
    const server = await stage.receiver();
    const serialFile = path.join(stage.folder, "serial");
    writeFileSync(serialFile, "C02X-1234\n");
    const given = ["--tags", "web,eu", "--labels", "role=frontend,rack=b12", "--serial-file", serialFile];
    stage.start([server.url], ...given);
    const reports = (await server.requests(2)).map(reportOf);
    expect(reports[0]?.machine_info).toMatchObject({
      boot_id: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      serial_number: "C02X-1234",
      tags: ["web", "eu"],
      labels: { role: "frontend", rack: "b12" },
    });
    expect(reports.map((report) => report.metrics.sequence)).toEqual([1, 2]);
  });

  it("names the machine by a stable id that is not the system's own", async () => {
    const server = await stage.receiver();
    for (let run = 0; run < 2; run += 1) await stage.start([server.url], "--once").ended;
    const ids = (await server.requests(2)).map((request) => reportOf(request).machine_id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]?.replaceAll("-", "")).not.toBe(systemId());
  });

  it("travels in an envelope that only the holder of the key can open", async () => {
    const server = await stage.receiver();
    const key = randomBytes(32);
    const keyFile = path.join(stage.folder, "payload.key");
    writeFileSync(keyFile, `${key.toString("base64")}\n`, { mode: 0o600 });
    const agent = stage.start([server.url], "--encryption-key-file", keyFile, "--machine-id", "web-01");
    const [request] = await server.requests(1);

    const envelope = JSON.parse(request?.body ?? "") as Record<string, string>;
    expect(Object.keys(envelope).sort()).toEqual(["ciphertext", "encrypted", "nonce", "version"]);
    expect(envelope).toMatchObject({ encrypted: true, version: "1" });
    const sealed = Buffer.from(envelope.ciphertext ?? "", "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(envelope.nonce ?? "", "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
    expect(reportOf({ body: plain }).machine_id).toBe("web-01");

    await agent.logged(/encrypted \(AES-256-GCM\)/);
    expect(agent.log).not.toContain(key.toString("base64"));
    expect(agent.log).not.toContain(API_KEY);
  });
});

describe("the agent's process", () => {
  it("sends one report and exits 0 with --once when it is taken, 1 when not", async () => {
    const server = await stage.receiver();
    expect(await stage.start([server.url], "--once").ended).toEqual({ code: 0, signal: null });
    expect(server.received).toHaveLength(1);
    expect(await stage.start([await stage.closedUrl()], "--once").ended).toEqual({ code: 1, signal: null });
    const refusing = await stage.receiver((response) => {
      answerJson(response, 400, { error: "Decryption failed" });
    });
    expect(await stage.start([refusing.url], "--once").ended).toEqual({ code: 1, signal: null });
    expect(refusing.received).toHaveLength(1);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "exits 0 at once on %s, even while a server keeps it waiting",
    async (signal) => {
      const server = await stage.receiver(() => undefined);
      const agent = stage.start([server.url]);
      await server.requests(1);
      const sentMs = performance.now();
      agent.signal(signal);
      expect(await agent.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - sentMs).toBeLessThan(5_000);
    },
  );

  it("reads its settings from a file and leaves no secret in its output", async () => {
    const server = await stage.receiver();
    const config = path.join(stage.folder, "agent.json");
    const encryptionKey = randomBytes(32).toString("base64");
    const settings = { server: [server.url], api_key: API_KEY, encryption_key: encryptionKey, machine_id: "db-01" };
    writeFileSync(config, JSON.stringify(settings));
    const agent = AgentProcess.start(["--config", config, "--once"]);
    expect(await agent.ended).toMatchObject({ code: 0 });
    expect(server.received[0]?.headers["x-api-key"]).toBe(API_KEY);
    expect(agent.log).toContain("db-01");
    for (const secret of [API_KEY, encryptionKey]) expect(agent.log).not.toContain(secret);
  });

  it("names every wrong option and exits 78", async () => {
    const agent = AgentProcess.start(["--sever", "--interval", "0", "--encryption-key", "short"]);
    expect(await agent.ended).toEqual({ code: 78, signal: null });
    const lines = agent.log.trim().split("\n");
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^fleet-agent: /);
  });

  it("explains itself", async () => {
    const help = AgentProcess.start(["--help"]);
    expect(await help.ended).toEqual({ code: 0, signal: null });
    expect(help.log).toMatch(/--api-key-file[^]*\(ps\)/);
    const version = AgentProcess.start(["--version"]);
    expect(await version.ended).toEqual({ code: 0, signal: null });
    expect(version.log).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

function systemId(): string {
  return existsSync("/etc/machine-id") ? readFileSync("/etc/machine-id", "utf8").trim() : "";
}

function procMemory(name: string): number {
  return Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
}

function procUptime(): number {
  return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
}

function procLoad15(): number {
  return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[2]);
}

function netBytesReceived(): number {
  const lines = readFileSync("/proc/net/dev", "utf8").trim().split("\n").slice(2);
  const external = lines.filter((line) => !line.trim().startsWith("lo:"));
  return external.reduce((sum, line) => sum + Number(line.split(":")[1]?.trim().split(/ +/)[0]), 0);
}
