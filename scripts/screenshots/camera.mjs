import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { atTheEnd, makeFolder } from "../../bench/support/started.mjs";
import { serverPath } from "../test/servers.mjs";
import { admin } from "./cluster.mjs";
import { FONT } from "./needs.mjs";
import { looks } from "./pictures.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
const PATIENCE_MS = 20_000;

/** @typedef {Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>>} StorageState */

/** Takes pictures of the pages of `baseUrl`, of which the browser must not leave the origin. */
export class Camera {
  /** Errors of pages and requests to other places. @type {string[]} */
  faults = [];
  /** @type {StorageState | undefined} */
  #login;

  /**
   * @param {import("playwright-core").Browser} browser
   * @param {string} baseUrl
   */
  constructor(browser, baseUrl) {
    this.browser = browser;
    this.baseUrl = baseUrl;
  }

  /** @param {string} baseUrl */
  static async at(baseUrl) {
    const executablePath = serverPath()
      .split(path.delimiter)
      .map((folder) => path.join(folder, "chromium"))
      .find((file) => existsSync(file));
    if (executablePath === undefined) throw new Error("there is no chromium");
    const browser = await chromium.launch({
      executablePath,
      args: FLAGS,
      env: { ...process.env, FONTCONFIG_FILE: writeFontChoice() },
    });
    atTheEnd(() => browser.close());
    return new Camera(browser, baseUrl);
  }

  /**
   * Every picture in every look, as `folder/name-look.png`.
   *
   * @param {string} folder
   * @param {readonly import("./pictures.mjs").Picture[]} pictures
   */
  async takeAll(folder, pictures) {
    this.#login ??= await this.#logIn();
    for (const look of looks) {
      for (const stranger of [true, false]) {
        const page = await this.#open(look, stranger ? undefined : this.#login);
        for (const picture of pictures.filter((each) => (each.stranger ?? false) === stranger)) {
          await page.goto(picture.path);
          await picture.shown(page);
          await settle(page);
          const file = `${picture.name}-${look.name}.png`;
          await page.screenshot({ path: path.join(folder, file), animations: "disabled", caret: "hide" });
        }
        await page.context().close();
      }
    }
  }

  async #logIn() {
    const page = await this.#open(looks[0], undefined);
    await page.goto("/login");
    await page.getByLabel("User name").fill(admin.username);
    await page.getByLabel("Password", { exact: true }).fill(admin.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL("**/dashboard");
    const state = await page.context().storageState();
    await page.context().close();
    return state;
  }

  /**
   * @param {(typeof looks)[number]} look
   * @param {StorageState | undefined} storageState
   */
  async #open({ scheme, width, height, scale }, storageState) {
    const context = await this.browser.newContext({
      baseURL: this.baseUrl,
      viewport: { width, height },
      deviceScaleFactor: scale,
      colorScheme: scheme,
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      ignoreHTTPSErrors: true,
      ...(storageState === undefined ? {} : { storageState }),
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => this.faults.push(`${page.url()}: ${message}`));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== this.baseUrl) this.faults.push(`${page.url()} asked ${request.url()}`);
    });
    return page;
  }
}

/** Nothing is on its way any more: figures, fonts, the live connection. @param {import("playwright-core").Page} page */
async function settle(page) {
  const live = page.getByRole("status").getByText("Live", { exact: true });
  if ((await page.locator("nav").count()) > 0 && !page.url().includes("/api/docs")) await live.waitFor();
  await page.locator(".mantine-Skeleton-root").first().waitFor({ state: "detached" });
  // What waits by evaluating a text in the page, its content security policy forbids.
  await page.evaluate(`Promise.all([...document.images].map((image) =>
    image.complete || new Promise((done) => image.addEventListener("load", done, { once: true }))))`);
  await page.evaluate(
    "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))",
  );
}

/** A fontconfig file that gives the pages one and the same font wherever the pictures are taken. */
function writeFontChoice() {
  const file = path.join(makeFolder("fonts"), "fonts.conf");
  const alias = (/** @type {string} */ family) =>
    `<match target="pattern"><test name="family"><string>${family}</string></test>
      <edit name="family" mode="prepend" binding="strong"><string>${FONT}</string></edit></match>`;
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  ${["system-ui", "sans-serif", "sans"].map(alias).join("\n  ")}
</fontconfig>
`,
  );
  return file;
}
