import { createServer } from "node:net";

const SEARCHED_PORTS = 100;

/**
 * Looks whether a node could listen on these consecutive ports.
 *
 * @param {string} host
 * @param {number} first
 * @param {number} count
 * @param {string} [command] what takes another port
 * @returns {Promise<string | null>} the sentence to print when it could not, with the fix
 */
export async function portProblem(host, first, count, command = "npm start") {
  for (let port = first; port < first + count; port += 1) {
    const code = await tryPort(host, port);
    if (code === "EADDRINUSE") {
      const free = await findFree(host, port + 1, count);
      const fix = free === null ? `choose another one: ${command} -- --port P` : `${command} -- --port ${free}`;
      return `Port ${port} is taken: another program, perhaps another Fleet Server, listens there.\nStop it, or use another port: ${fix}`;
    }
    if (code === "EACCES") {
      return `Port ${port} may not be used: ports below 1024 need special rights.\nUse another port: ${command} -- --port 8768`;
    }
    if (code !== null)
      return `Cannot listen on ${host}, port ${port} (${code}).\nCheck server.host in the configuration.`;
  }
  return null;
}

/**
 * @param {string} host
 * @param {number} from
 * @param {number} count
 */
async function findFree(host, from, count) {
  let found = 0;
  for (let port = from; port < Math.min(from + SEARCHED_PORTS, 65_536); port += 1) {
    found = (await tryPort(host, port)) === null ? found + 1 : 0;
    if (found === count) return port - count + 1;
  }
  return null;
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | null>} the error's code, null if the port is free
 */
function tryPort(host, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
