import { createCipheriv, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanup } from "./cleanup.js";
import { type Answer, HttpClient } from "./http-client.js";

export interface SimulatedAgentsOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly count: number;
  readonly intervalMs: number;
  /** Base64 of 32 bytes; with it the reports are encrypted. */
  readonly encryptionKey?: string;
  /** PEM of the authority behind an `https:` address. */
  readonly ca?: string;
  /** Machines are called `<prefix>-1` and so on. */
  readonly prefix?: string;
  /** How long an agent waits for an answer. */
  readonly timeoutMs?: number;
  /** Told of every report when its agent has an answer, or knows that there will be none. */
  readonly onSettled?: (report: SettledReport) => void;
}

/** One report, sent once. */
export interface SettledReport {
  readonly machineId: string;
  readonly timestamp: string;
  /** By the monotonic clock. */
  readonly startedMs: number;
  readonly tookMs: number;
  /** The whole answer, or why there is none. */
  readonly answer: Answer | Error;
}

/** A report that was answered 200. */
export interface AnsweredReport {
  readonly machineId: string;
  readonly timestamp: string;
}

/** What an agent would have had to deal with. */
export interface AgentError {
  readonly machineId: string;
  readonly timestamp: string;
  readonly problem: string;
}

/** Starts agents that report until they are stopped. */
export function startSimulatedAgents(options: SimulatedAgentsOptions): SimulatedAgents {
  return new SimulatedAgents(options);
}

/**
 * Machines that report at an interval, each over a connection of its own that it keeps. They try nothing twice, so that
 * every fault the server's side lets through is seen.
 */
export class SimulatedAgents {
  readonly machineIds: readonly string[];
  readonly answered: AnsweredReport[] = [];
  readonly errors: AgentError[] = [];
  private readonly loops: Promise<void>[];
  private stopping = false;

  constructor(private readonly options: SimulatedAgentsOptions) {
    const { count, prefix = "simulated" } = options;
    this.machineIds = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
    this.loops = this.machineIds.map((machineId, index) => this.run(machineId, index));
    onCleanup(() => this.stop());
  }

  /** No new report begins; resolves when the last one has its answer. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  private async run(machineId: string, index: number): Promise<void> {
    const { url, ca, intervalMs, count, timeoutMs } = this.options;
    const client = new HttpClient(url, {
      ...(ca === undefined ? {} : { ca }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    let lastMs = 0;
    // Spread over the interval, as real ones are.
    await sleep((intervalMs * index) / count);
    while (!this.stopping) {
      const startedAt = performance.now();
      // One sample per millisecond and machine at most: its time is what tells two reports apart.
      lastMs = Math.max(Date.now(), lastMs + 1);
      await this.report(client, machineId, new Date(lastMs).toISOString());
      await sleep(Math.max(0, intervalMs - (performance.now() - startedAt)));
    }
    client.close();
  }

  private async report(client: HttpClient, machineId: string, timestamp: string): Promise<void> {
    const { apiKey, encryptionKey, onSettled } = this.options;
    const report = sampleReport(machineId, timestamp);
    const json = encryptionKey === undefined ? report : sealReport(report, encryptionKey);
    const startedMs = performance.now();
    const answer = await client
      .post("/api/fleet/report", { headers: { "x-api-key": apiKey }, json })
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const tookMs = performance.now() - startedMs;
    if (answer instanceof Error) this.errors.push({ machineId, timestamp, problem: answer.message });
    else if (answer.status === 200) this.answered.push({ machineId, timestamp });
    else this.errors.push({ machineId, timestamp, problem: `${answer.status} ${answer.text}` });
    onSettled?.({ machineId, timestamp, startedMs, tookMs, answer });
  }
}

/** A report in the wire format with plausible figures. `timestamp` should carry its zone. */
export function sampleReport(machineId: string, timestamp: string): Record<string, unknown> {
  const percent = () => Math.round(Math.random() * 800) / 10;
  const total = 16_777_216_000;
  const used = Math.round(total * Math.random());
  return {
    machine_id: machineId,
    machine_info: {
      hostname: machineId,
      os: "Linux",
      os_version: "6.1",
      architecture: "x86_64",
      processor: "x86_64",
      cpu_count: 4,
      cpu_threads: 8,
      total_memory: total,
      boot_time: "2026-01-01T00:00:00Z",
      local_ip: "10.0.0.5",
      computer_name: machineId,
      serial_number: `SN-${machineId}`,
      disks: [{ device: "/dev/sda1", mountpoint: "/", fstype: "ext4", total: 500e9, used: 200e9, free: 300e9 }],
    },
    metrics: {
      timestamp,
      uptime_seconds: Math.round(performance.now()) / 1000,
      cpu: { percent: percent(), load_avg: [0.1, 0.2, 0.3], count: 4, threads: 8 },
      memory: { total, available: total - used, used, percent: (100 * used) / total },
      disk: { total: 500e9, used: 200e9, free: 300e9, percent: 40 },
      network: { bytes_sent: 1_000_000, bytes_recv: 2_000_000, packets_sent: 1000, packets_recv: 2000 },
      processes: { total: 100 },
      battery: null,
    },
  };
}

/** The encrypted envelope around a report: AES-256-GCM, the tag behind the ciphertext, no associated data. */
export function sealReport(report: unknown, encryptionKey: string): Record<string, unknown> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(encryptionKey, "base64"), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(report), "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { encrypted: true, version: "1", nonce: nonce.toString("base64"), ciphertext: sealed.toString("base64") };
}
