import { readFileSync } from "node:fs";

/**
 * Where the node will listen, read without the rest of the configuration: its validation takes as long as everything else
 * here, and the node repeats it anyway.
 *
 * @param {string} file config.yaml
 * @param {NodeJS.ProcessEnv} env wins over the file, as in the node
 * @returns {Promise<{ host: string, port: number } | null>} null when the file is wrong; the node then says how
 */
export async function readListenAddress(file, env) {
  const { parse } = await import("yaml");
  try {
    const server = parse(readFileSync(file, "utf8"))?.server;
    const host = env.FLEET_SERVER__HOST || (server?.host ?? "127.0.0.1");
    const port = Number(env.FLEET_SERVER__PORT || (server?.port ?? 8768));
    const valid = typeof host === "string" && Number.isInteger(port) && port >= 1 && port <= 65_535;
    return valid ? { host, port } : null;
  } catch {
    return null;
  }
}
