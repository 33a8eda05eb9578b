#!/usr/bin/env node
import { readFileSync } from "node:fs";

import { DeliveryLog } from "./delivery/delivery-log.js";
import { serverName } from "./delivery/report-endpoint.js";
import { ReportSender } from "./delivery/report-sender.js";
import { ServerConnection } from "./delivery/server-connection.js";
import { ReportCollector } from "./figures/report-collector.js";
import { thisHost } from "./figures/this-host.js";
import { printLog } from "./log.js";
import { defaultMachineId } from "./machine-id.js";
import type { AgentOptions } from "./options/agent-options.js";
import { parseCommandLine } from "./options/command-line.js";
import { loadOptions } from "./options/load-options.js";
import { USAGE } from "./options/usage.js";
import { Reporter } from "./reporter.js";

const EX_CONFIG = 78;

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) process.stdout.write(USAGE);
  else if (commandLine.version) console.log(version());
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
      // Nothing is held back that would be worth waiting for: a server drops a report whose sender has gone, or has it.
      process.exit(once ? 1 : 0);
    });
  }
  const machineId = options.machineId ?? (await defaultMachineId());
  const userAgent = `fleet-agent/${version()}`;
  printLog("INFO", `${userAgent} started: ${summary(options, machineId, once)}`);
  const connections = options.endpoints.map(
    (endpoint) => new ServerConnection(endpoint, { apiKey: options.apiKey, userAgent, ca: options.ca }),
  );
  const sender = new ReportSender(connections, options.encryptionKey, new DeliveryLog(printLog));
  const reporter = new Reporter(new ReportCollector(machineId, thisHost()), sender, options.intervalMs);
  if (!once) await reporter.run();
  // Exits by itself: a kept connection or a hung helper program must not hold up a cron job.
  process.exit((await reporter.once()) ? 0 : 1);
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
