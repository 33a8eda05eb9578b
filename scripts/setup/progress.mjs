import { performance } from "node:perf_hooks";
import { secondsSince } from "./elapsed.mjs";

const TERMINAL_INTERVAL_MS = 1000;
const LOG_INTERVAL_MS = 15_000;
const START_OF_LINE = "\r\x1b[K";

/**
 * One numbered line for each step: `[3/4] Compiling dependencies ... 45 s (better-sqlite3)`. A terminal's
 * line is rewritten every second; a log gets a new line now and then, so that nobody takes a long step for a hung one.
 */
export class Progress {
  #total;
  #stream;
  #number = 0;

  /**
   * @param {number} total how many steps there will be
   * @param {{ write(text: string): unknown, isTTY?: boolean }} [stream]
   */
  constructor(total, stream = process.stdout) {
    this.#total = total;
    this.#stream = stream;
  }

  /**
   * A step that needs no waiting.
   *
   * @param {string} text
   */
  say(text) {
    // A terminal may show a step that is still running there.
    this.#stream.write(`${this.#stream.isTTY ? START_OF_LINE : ""}${this.#nextPrefix()} ${text}\n`);
  }

  /**
   * A step that takes a while, to be ended by `done` or `failed`.
   *
   * @param {string} title
   */
  begin(title) {
    return new RunningStep(`${this.#nextPrefix()} ${title}`, this.#stream);
  }

  #nextPrefix() {
    this.#number += 1;
    return `[${this.#number}/${this.#total}]`;
  }
}

class RunningStep {
  #title;
  #stream;
  #startedAt = performance.now();
  #note = "";
  #timer;

  /**
   * @param {string} title
   * @param {{ write(text: string): unknown, isTTY?: boolean }} stream
   */
  constructor(title, stream) {
    this.#title = title;
    this.#stream = stream;
    // Another step may be running on this line of the terminal.
    stream.write(stream.isTTY ? `${START_OF_LINE}${title} ...` : `${title} ...\n`);
    this.#timer = setInterval(() => this.#tick(), stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
    this.#timer.unref();
  }

  /**
   * What the step is doing now, shown in parentheses.
   *
   * @param {string} note
   */
  note(note) {
    this.#note = note;
  }

  done() {
    this.#end(`done in ${secondsSince(this.#startedAt)}`);
  }

  failed() {
    this.#end(`FAILED after ${secondsSince(this.#startedAt)}`);
  }

  #tick() {
    const note = this.#note === "" ? "" : ` (${this.#note})`;
    const line = `${this.#title} ... ${secondsSince(this.#startedAt)}${note}`;
    this.#stream.write(this.#stream.isTTY ? `${START_OF_LINE}${line}` : `${line}\n`);
  }

  /** @param {string} text */
  #end(text) {
    clearInterval(this.#timer);
    this.#stream.write(`${this.#stream.isTTY ? START_OF_LINE : ""}${this.#title}: ${text}\n`);
  }
}
