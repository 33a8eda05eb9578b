#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { homedir } from "node:os";

import { BacklogLog } from "./delivery/backlog-log.js";
import { BacklogSender } from "./delivery/backlog-sender.js";
import { DeliveryLog } from "./delivery/delivery-log.js";
import { FleetServer } from "./delivery/fleet-server.js";
import { LiveSender } from "./delivery/live-sender.js";
import { Outbox } from "./delivery/outbox.js";
import { serverName } from "./delivery/report-endpoint.js";
import { ServerConnection } from "./delivery/server-connection.js";
import { ServerPool } from "./delivery/server-pool.js";
import { ReportCollector } from "./figures/report-collector.js";
import { thisHost } from "./figures/this-host.js";
import { printLog } from "./log.js";
import { defaultMachineId } from "./machine-id.js";
import type { AgentOptions } from "./options/agent-options.js";
import { parseCommandLine } from "./options/command-line.js";
import { loadOptions } from "./options/load-options.js";
import { USAGE } from "./options/usage.js";
import { openQueue } from "./queue/open-queue.js";
import type { ReportQueue } from "./queue/report-queue.js";
import { defaultStateFolder } from "./queue/state-folder.js";
import { Reporter } from "./reporter.js";

const EX_CONFIG = 78;
// A day less than servers believe a report's own time, for clocks that differ and for a backlog that takes its time.
const LONGEST_KEPT_MS = 6 * 24 * 60 * 60_000;

const VERSION = version();
const USER_AGENT = `fleet-agent/${VERSION}`;

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) process.stdout.write(USAGE);
  else if (commandLine.version) console.log(VERSION);
  else {
    const loaded = loadOptions(commandLine, process.env, (file) => readFileSync(file, "utf8"));
    if ("options" in loaded) await start(loaded.options, commandLine.once);
    else fail(loaded.problems);
  }
}

function fail(problems: string[]): void {
  for (const problem of problems) console.error(`fleet-agent: ${problem}`);
  process.exitCode = EX_CONFIG;
}

async function start(options: AgentOptions, once: boolean): Promise<void> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      printLog("INFO", `stopped (${signal})`);
      // Nothing to wait for: what no server has taken is on disk already.
      process.exit(once ? 1 : 0);
    });
  }
  const machineId = options.machineId ?? (await defaultMachineId());
  printLog("INFO", `${USER_AGENT} started: ${summary(options, machineId, once)}`);
  const queue = await queueOf(options);
  const reporter = reporterOf(options, new ReportCollector(machineId, thisHost(), options), queue);
  if (!once) await reporter.run();
  // Exits by itself: a kept connection or a hung helper program must not hold up a cron job.
  process.exit((await reporter.once()) ? 0 : 1);
}

/** An agent that cannot keep reports is still worth more than none. */
async function queueOf(options: AgentOptions): Promise<ReportQueue | null> {
  const surroundings = { platform: process.platform, uid: process.getuid?.(), home: homedir() };
  const folder = options.stateDir ?? defaultStateFolder({ ...surroundings, environment: process.env });
  const queue = await openQueue(folder, { maxBytes: options.queueBytes, maxAgeMs: LONGEST_KEPT_MS });
  if ("problem" in queue) {
    printLog("WARN", `reports that cannot be delivered are not kept: ${queue.problem}`);
    return null;
  }
  if (queue.waiting > 0) printLog("INFO", `reports kept from before, waiting in ${folder}: ${queue.waiting}`);
  return queue;
}

function reporterOf(options: AgentOptions, collector: ReportCollector, queue: ReportQueue | null): Reporter {
  const { endpoints, apiKey, ca, encryptionKey, intervalMs } = options;
  const pool = new ServerPool(
    endpoints.map((endpoint) => new FleetServer(new ServerConnection(endpoint, { apiKey, userAgent: USER_AGENT, ca }))),
  );
  const [deliveryLog, backlogLog] = [new DeliveryLog(printLog), new BacklogLog(printLog)];
  const outbox = new Outbox({ queue, encryptionKey, deliveryLog, backlogLog });
  const live = new LiveSender(pool, outbox, deliveryLog);
  const backlog = queue === null ? null : new BacklogSender({ pool, queue, outbox, live, log: backlogLog, intervalMs });
  return new Reporter({ collector, outbox, live, backlog, intervalMs });
}

function summary(options: AgentOptions, machineId: string, once: boolean): string {
  const servers = options.endpoints.map(serverName).join(", ");
  const cadence = once ? "once" : `every ${options.intervalMs / 1000} s`;
  const encryption = options.encryptionKey === undefined ? "not encrypted" : "encrypted (AES-256-GCM)";
  return `machine ${machineId} reports to ${servers} ${cadence}, ${encryption}`;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "0";
}

await main();
