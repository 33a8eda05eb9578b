import { spawn } from "node:child_process";

/**
 * libuv reads the size of its thread pool once, before the first line of a program runs, so a configured size needs a
 * process that is started with it. Returns false when this one already has it; else runs the same command again with
 * it, passes signals and the exit code through, and returns true.
 */
export function restartWithThreadPool(size: number | undefined): boolean {
  if (size === undefined || process.env["UV_THREADPOOL_SIZE"] === String(size)) return false;
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, UV_THREADPOOL_SIZE: String(size) },
    // The channel tells the child when this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exit(code ?? 1);
  });
  return true;
}

/** Ends this process with the one that started it by `restartWithThreadPool`: a killed node must not live on. */
export function endWithParent(): void {
  if (process.channel) process.on("disconnect", () => process.exit(1));
  process.channel?.unref();
}
