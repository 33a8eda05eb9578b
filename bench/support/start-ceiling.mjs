import path from "node:path";
import { keys } from "./fleet-node.mjs";
import { freePort, startProgram } from "./started.mjs";

/**
 * The bare server on a database whose tables a node has made.
 *
 * @param {{ dbUrl?: string, dbPath?: string, detailMs: number }} options
 */
export async function startCeiling({ dbUrl, dbPath, detailMs }) {
  const port = await freePort();
  const script = path.resolve(import.meta.dirname, "../ceiling/server.mjs");
  const running = await startProgram(process.execPath, [script], {
    ready: /listening/,
    env: {
      CEILING_PORT: String(port),
      CEILING_FERNET: keys.fernet,
      CEILING_PAYLOAD: keys.payload.toString("base64"),
      CEILING_DETAIL: String(detailMs),
      ...(dbUrl === undefined ? { CEILING_PATH: dbPath } : { CEILING_URL: dbUrl }),
    },
  });
  return { url: `http://127.0.0.1:${port}`, pid: () => running.pid, stop: running.stop };
}
