// The health check of the agent's container: ends with 0 where the agent's event loop turns. The socket that keeps its folder
// to one process (src/queue/queue-lock.ts) is closed by the agent itself as soon as somebody connects; a process that hangs
// or is frozen does not get that far.
import { realpathSync } from "node:fs";
import { connect } from "node:net";

const TIMEOUT_MS = 2500;
/** @type {typeof import("./src/queue/queue-lock.js")} */
const { lockAddress } = await import(new URL("dist/queue/queue-lock.js", import.meta.url).href);

try {
  const folder = realpathSync(process.env.FLEET_AGENT_STATE_DIR ?? "");
  const socket = connect(lockAddress(folder, process.platform));
  socket.setTimeout(TIMEOUT_MS, () => fail(`the agent has not answered for ${TIMEOUT_MS} ms`));
  socket.on("error", (error) => fail(`no agent runs: ${error.message}`));
  socket.on("end", () => process.exit(0));
  socket.resume();
} catch (error) {
  fail(`FLEET_AGENT_STATE_DIR: ${error instanceof Error ? error.message : error}`);
}

/**
 * @param {string} reason shown by `docker inspect`
 * @returns {never}
 */
function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
