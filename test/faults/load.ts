import { onCleanup } from "../support/cleanup.js";
import { testCredentials } from "../support/fleet-node.js";
import { type SettledReport, type SimulatedAgents, startSimulatedAgents } from "../support/simulated-agents.js";
import { waitFor } from "../support/wait-for.js";
import { type Attempt, outcomeOf } from "./attempt.js";
import type { ReportKey } from "./compare-reports.js";
import { Reader } from "./reader.js";

/** Agents in the field give up after so long; people's tools are held to the same. */
const CLIENT_TIMEOUT_MS = 5_000;
const AGENTS = 50;
const REPORT_EVERY_MS = 1_000;
const READERS = 4;

export interface LoadTarget {
  readonly url: string;
  readonly ca: string;
  /** Base64 of 32 bytes. */
  readonly encryptionKey: string;
  /** Begins the machines' names. */
  readonly prefix: string;
}

/** The cluster's clients: 50 encrypted reports per second, and people who are logged in and look at everything. */
export class Load {
  readonly attempts: Attempt[] = [];
  readonly sent: ReportKey[] = [];
  readonly answered: ReportKey[] = [];
  private readonly agents: SimulatedAgents;

  private constructor(
    target: LoadTarget,
    private readonly readers: readonly Reader[],
  ) {
    const { url, ca, encryptionKey, prefix } = target;
    this.agents = startSimulatedAgents({
      ...{ url, ca, encryptionKey, prefix, apiKey: testCredentials.apiKey },
      count: AGENTS,
      intervalMs: REPORT_EVERY_MS,
      timeoutMs: CLIENT_TIMEOUT_MS,
      onSettled: (report) => {
        this.keep(report);
      },
    });
    for (const reader of readers) reader.start((attempt) => this.attempts.push(attempt));
    onCleanup(() => this.stop());
  }

  /** Logs the readers in and begins; resolves when every client has been served. */
  static async start(target: LoadTarget): Promise<Load> {
    const options = { ca: target.ca, timeoutMs: CLIENT_TIMEOUT_MS };
    const readers = Array.from(
      { length: READERS },
      (_, index) => new Reader(`reader-${index + 1}`, index, target.url, options),
    );
    for (const reader of readers) await reader.logIn();
    const load = new Load(target, readers);
    await load.everybodyServed();
    return load;
  }

  get machineIds(): readonly string[] {
    return this.agents.machineIds;
  }

  /** Waits until every client has an answer to a request that it began after this call. */
  async everybodyServed(): Promise<void> {
    const from = performance.now();
    const everybody = [...this.readers.map(({ name }) => name), ...this.agents.machineIds];
    await waitFor(
      () => {
        const served = new Set(
          this.attempts
            .filter(({ startedMs, outcome }) => startedMs >= from && outcome === "answered")
            .map(({ name }) => name),
        );
        const waiting = everybody.filter((name) => !served.has(name));
        if (waiting.length > 0) throw new Error(`not served: ${waiting.slice(0, 5).join(", ")}`);
        return true;
      },
      { what: "every client to be served", timeoutMs: 30_000, intervalMs: 200 },
    );
  }

  /** Resolves when the last request has its answer. */
  async stop(): Promise<void> {
    await Promise.all([this.agents.stop(), ...this.readers.map((reader) => reader.stop())]);
  }

  private keep({ machineId, timestamp, startedMs, tookMs, answer }: SettledReport): void {
    const key = { machineId, timeMs: Date.parse(timestamp) };
    this.sent.push(key);
    const attempt = { client: "agent", name: machineId, startedMs, tookMs } as const;
    if (answer instanceof Error) {
      this.attempts.push({ ...attempt, outcome: "failed", problem: answer.message });
      return;
    }
    const outcome = outcomeOf(answer);
    if (outcome === "answered") {
      this.answered.push(key);
      this.attempts.push({ ...attempt, outcome });
    } else {
      this.attempts.push({ ...attempt, outcome, problem: `${answer.status} ${answer.text}` });
    }
  }
}
