import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { operator } from "../support/fleet-node.mjs";
import { atTheEnd } from "../support/started.mjs";
import { idleFrom, QUIET_MS } from "./idle-from.mjs";

/**
 * Milliseconds from a navigation on, and what the page's main thread worked until then.
 * @typedef {{ rows: number, interactive: number, cpu: number }} Shown
 */

const inPage = new URL("./in-page.js", import.meta.url).pathname;

/** Debian's Chromium, without a screen. */
export async function startBrowser() {
  const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
  const browser = await chromium.launch({ executablePath, args });
  atTheEnd(() => browser.close());
  return browser;
}

/**
 * A window of somebody who is logged in, with nothing in its cache.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 */
export async function openWindow(browser, url) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } });
  await context.addInitScript({ path: inPage });
  const answer = await context.request.post("/login", { data: operator });
  if (!answer.ok()) throw new Error(`login answered ${answer.status()}`);
  return {
    open: async () => MeasuredPage.at(await context.newPage()),
    close: () => context.close(),
  };
}

/** A page that tells how long people wait. All times are in milliseconds, told by the page itself. */
class MeasuredPage {
  /** @param {import("playwright-core").Page} page @param {import("playwright-core").CDPSession} devtools */
  constructor(page, devtools) {
    this.page = page;
    this.devtools = devtools;
  }

  /** @param {import("playwright-core").Page} page */
  static async at(page) {
    const devtools = await page.context().newCDPSession(page);
    // CPU time, which other programs on this computer do not lengthen.
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    return new MeasuredPage(page, devtools);
  }

  /** Opens an address. @param {string} path @returns {Promise<Shown>} */
  async load(path) {
    await this.page.goto(path, { waitUntil: "commit" });
    return this.#shown({ since: 0, workedBefore: 0 });
  }

  /** Opens an address, and waits until the page has come to rest. @param {string} path */
  async settle(path) {
    await this.page.goto(path);
    await this.page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await sleep(1_000);
  }

  /** @param {import("playwright-core").Locator} target leads to other rows @returns {Promise<Shown>} from the click on */
  async click(target) {
    await target.scrollIntoViewIfNeeded();
    await this.page.evaluate("measured.expectRows()");
    const workedBefore = await this.#figure("TaskDuration");
    await target.click();
    return this.#shown({ workedBefore });
  }

  /**
   * Types what other rows are found by.
   *
   * @param {string} text
   * @returns {Promise<{ keys: number[], rows: number }>} until each key is on screen; from the last one until the rows are
   */
  async search(text) {
    await this.page.getByRole("searchbox").focus();
    await this.page.evaluate("measured.keys.length = 0; measured.expectRows()");
    // Quicker than what the page waits for before it searches.
    await this.page.keyboard.type(text, { delay: 60 });
    const { rows } = await this.#shown({ workedBefore: 0 });
    return { keys: await this.page.evaluate("measured.keys"), rows };
  }

  /** What an open page costs while somebody looks at it. @param {number} durationMs */
  async watch(durationMs) {
    const heapBefore = await this.#heapMegabytes();
    await this.page.evaluate("measured.longTasks.length = 0");
    const before = await this.#figure("TaskDuration");
    let requests = 0;
    const count = () => void (requests += 1);
    this.page.on("request", count);
    await sleep(durationMs);
    this.page.off("request", count);
    /** @type {{ duration: number }[]} */
    const tasks = await this.page.evaluate("measured.longTasks");
    const used = (await this.#figure("TaskDuration")) - before;
    return {
      longest: Math.max(0, ...tasks.map(({ duration }) => duration)),
      longTasks: tasks.map(({ duration }) => duration),
      busy: (1000 * used) / durationMs,
      requests,
      heapBefore,
      heap: await this.#heapMegabytes(),
    };
  }

  /**
   * @param {{ since?: number, workedBefore: number }} start the last click or key where no time is given
   * @returns {Promise<Shown>}
   */
  async #shown({ since: from, workedBefore }) {
    /** @type {{ paintedAt: number, inputAt: number }} */
    const { paintedAt, inputAt } = await this.page.evaluate("measured.rowsCame()");
    const cpu = 1000 * ((await this.#figure("TaskDuration")) - workedBefore);
    const since = from ?? inputAt;
    for (;;) {
      const [now, tasks] = await this.page.evaluate("[performance.now(), measured.longTasks]");
      const idleAt = idleFrom(paintedAt, tasks);
      // Of a long task the page hears a little after its end.
      if (now > idleAt + 2 * QUIET_MS) return { rows: paintedAt - since, interactive: idleAt - since, cpu };
      await sleep(QUIET_MS);
    }
  }

  /** What is left after a collection, which itself is a long task. */
  async #heapMegabytes() {
    await this.devtools.send("HeapProfiler.collectGarbage");
    await sleep(QUIET_MS);
    return (await this.#figure("JSHeapUsedSize")) / 2 ** 20;
  }

  /** @param {string} name of one of Chromium's figures of the page */
  async #figure(name) {
    const { metrics } = await this.devtools.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === name)?.value ?? NaN;
  }
}
