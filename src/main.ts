#!/usr/bin/env node
import { EX_CONFIG } from "./cli/exit-codes.js";
import { generateKeys } from "./cli/generate-keys.js";
import { parseCommand } from "./cli/parse-command.js";
import { usage } from "./cli/usage.js";
import { explainFailure } from "./common/explain-failure.js";
import { BackendUnavailableError, FleetError } from "./common/fleet-error.js";
import { ConfigError } from "./config/config-error.js";
import { describeConfig } from "./config/describe-config.js";
import { loadProcessConfig } from "./config/load-process-config.js";
import { endWithParent, restartWithThreadPool } from "./config/thread-pool.js";

/** Runs the command line; resolves with the exit code, or never when another process took over. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv);
  if (command.name === "help") return print(usage, 0);
  if (command.name === "unknown") return print(`${command.problem}\n\n${usage}`, EX_CONFIG);
  if (command.name === "generate-keys") return print(`${generateKeys()}\n`, 0);

  if (command.name === "doctor") {
    const { runDoctor } = await import("./cli/run-doctor.js");
    return runDoctor(() => loadProcessConfig(command.configFile), command.options);
  }

  const config = loadProcessConfig(command.configFile);
  if (command.name === "check") return print(describeConfig(config), 0);
  if (command.name === "rotate-keys") {
    const { runRotation } = await import("./cli/run-rotation.js");
    return print(await runRotation(config, command.options), 0);
  }
  if (command.name === "import") {
    const { runImport } = await import("./cli/run-import.js");
    return print(await runImport(config, command.options), 0);
  }
  if (command.name === "backup") {
    const { runBackup } = await import("./cli/run-backup.js");
    return print(await runBackup(config, command.options), 0);
  }
  if (command.name === "restore") {
    const { runRestore } = await import("./cli/run-restore.js");
    return print(await runRestore(config, command.options), 0);
  }
  if (command.name === "users") {
    const { runUsers } = await import("./cli/run-users.js");
    return print(await runUsers(config, command.options), 0);
  }
  if (command.name === "api-keys") {
    const { runApiKeys } = await import("./cli/run-api-keys.js");
    return print(await runApiKeys(config, command.options), 0);
  }
  if (restartWithThreadPool(config.server.thread_pool_size)) return new Promise(() => undefined);
  endWithParent();

  const [{ createLogger }, { runNode }] = await Promise.all([
    import("./common/logger.js"),
    import("./server/run-node.js"),
  ]);
  return runNode(config, createLogger(config.logging));
}

function print(text: string, exitCode: number): number {
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  return exitCode;
}

/** One clear sentence for what an operator can mend; the whole error for what only a developer can. */
function explain(error: unknown): { text: string; exitCode: number } {
  if (error instanceof ConfigError) return { text: error.toString(), exitCode: EX_CONFIG };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === "WRONG_DATABASE_KEY") return { text: message, exitCode: EX_CONFIG };
  const isForCaller = error instanceof FleetError && !(error instanceof BackendUnavailableError);
  if (isForCaller || code === "COMMAND_FAILED") return { text: message, exitCode: 1 };
  if (code === "EADDRINUSE") {
    return {
      text: `${message}: another program uses this port; stop it or set server.port to a free one`,
      exitCode: 1,
    };
  }
  if (error instanceof BackendUnavailableError) return { text: explainFailure(error), exitCode: 1 };
  if (
    code === "UNUSABLE_DATABASE" ||
    code === "ROTATION_REFUSED" ||
    code === "IMPORT_REFUSED" ||
    code === "METRICS_PORT"
  ) {
    return { text: message, exitCode: 1 };
  }
  // The system's own words name the file or the address.
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return { text: message, exitCode: 1 };
  return { text: error instanceof Error ? (error.stack ?? message) : message, exitCode: 1 };
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  const { text, exitCode } = explain(error);
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}
