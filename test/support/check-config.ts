import { spawnSync } from "node:child_process";

/** What a server says of its configuration. */
export interface ConfigCheck {
  readonly code: number | null;
  /** Warnings and errors. */
  readonly remarks: string[];
}

/** Runs a server's own check of its configuration. */
export function checkConfig(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ConfigCheck {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: "utf8" });
  const lines = `${stdout}${stderr}`.split("\n");
  return { code: status, remarks: lines.filter((line) => /\[(warn|warning|alert|emerg|error|crit)\]/i.test(line)) };
}
