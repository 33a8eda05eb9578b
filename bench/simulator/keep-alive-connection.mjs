import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";

const HEADER_END = "\r\n\r\n";

/**
 * One kept HTTP/1.1 connection with one request at a time. It knows only what Fleet Server's answers to reports need (a
 * status and a Content-Length), and so takes a fraction of the CPU time that a whole client would take away from the
 * server beside it.
 */
export class KeepAliveConnection {
  /** @type {import("node:net").Socket | null} */
  #socket = null;
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | null} */
  #waiting = null;
  #received = "";

  /** @typedef {{ status: number, body: string }} Answer */

  /** @param {URL} url @param {number} timeoutMs */
  constructor(url, timeoutMs) {
    this.url = url;
    this.timeoutMs = timeoutMs;
  }

  /**
   * Sends a whole request; resolves with the whole answer, rejects when there is none.
   *
   * @param {string | Buffer} request
   * @returns {Promise<Answer>}
   */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#open().write(request);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    if (this.#socket) return this.#socket;
    const { hostname: host, port, protocol } = this.url;
    const secure = protocol === "https:";
    const to = { host, port: Number(port || (secure ? 443 : 80)) };
    const socket = secure ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to);
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.setTimeout(this.timeoutMs, () => {
      if (this.#waiting) socket.destroy(new Error(`no answer for ${this.timeoutMs} ms`));
    });
    socket.on("data", (/** @type {string} */ text) => this.#take(text));
    socket.on("error", (error) => this.#lose(socket, error));
    socket.on("close", () => this.#lose(socket, new Error("the connection was closed")));
    this.#received = "";
    this.#socket = socket;
    return socket;
  }

  /** @param {string} text */
  #take(text) {
    this.#received += text;
    const headersEnd = this.#received.indexOf(HEADER_END);
    if (headersEnd < 0) return;
    const headers = this.#received.slice(0, headersEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(headers)?.[1] ?? 0);
    const bodyStart = headersEnd + HEADER_END.length;
    if (this.#received.length < bodyStart + length) return;
    const answer = { status: Number(headers.slice(9, 12)), body: this.#received.slice(bodyStart, bodyStart + length) };
    this.#received = "";
    const waiting = this.#waiting;
    this.#waiting = null;
    if (/\r\nconnection: *close/i.test(headers)) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    waiting?.resolve(answer);
  }

  /** @param {import("node:net").Socket} socket @param {Error} error */
  #lose(socket, error) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }
}
