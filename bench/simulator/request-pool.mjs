import { KeepAliveConnection } from "./keep-alive-connection.mjs";

/**
 * A bounded number of kept connections to the servers in turn. A request waits for a free one; past `maxWaiting` it fails
 * at once.
 */
export class RequestPool {
  /** @type {KeepAliveConnection[]} */
  #free;
  /** @type {((connection: KeepAliveConnection) => void)[]} */
  #waiting = [];

  /** @param {{ urls: readonly string[], connections: number, timeoutMs?: number, maxWaiting?: number }} options */
  constructor({ urls, connections, timeoutMs = 5_000, maxWaiting = 20_000 }) {
    const addresses = urls.map((url) => new URL(url));
    this.all = Array.from({ length: connections }, (_, index) => {
      const address = addresses[index % addresses.length];
      if (!address) throw new Error("a server's address is needed");
      return new KeepAliveConnection(address, timeoutMs);
    });
    this.#free = [...this.all].reverse();
    this.maxWaiting = maxWaiting;
  }

  /** @param {string | Buffer} request */
  async send(request) {
    const connection = this.#free.pop() ?? (await this.#wait());
    try {
      return await connection.send(request);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  close() {
    for (const connection of this.all) connection.close();
  }

  /** @returns {Promise<KeepAliveConnection>} */
  #wait() {
    if (this.#waiting.length >= this.maxWaiting) return Promise.reject(new Error("too many requests wait"));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/**
 * The bytes of a POST with a body of ASCII or UTF-8 text.
 *
 * @param {{ path: string, apiKey: string, type?: string }} head
 * @param {string} body
 */
export function postRequest({ path, apiKey, type = "application/json" }, body) {
  const head = `POST ${path} HTTP/1.1\r\nHost: fleet\r\nX-API-Key: ${apiKey}\r\nContent-Type: ${type}\r\n`;
  return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
