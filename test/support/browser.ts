import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { execFileSync } from "node:child_process";
import { onCleanup } from "./cleanup.js";
import { testCredentials } from "./fleet-node.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** The browser's own line for an answer that is no success; the page says itself what it means. */
const ANSWERED = /^Failed to load resource: (?:the server responded with a status of|net::ERR_)/;
const REPORT_VIOLATION = "fleetReportViolation";

export interface ViewOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly touch?: boolean;
}

/** Debian's Chromium, closed when the test file has ended. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  onCleanup(() => browser.close());
  return new TestBrowser(browser);
}

export class TestBrowser {
  constructor(private readonly browser: Browser) {}

  /** A person at the pages of `baseUrl`, with nothing kept from others. */
  async person(
    baseUrl: string,
    { width = 1280, height = 900, scheme = "light", touch = false }: ViewOptions = {},
  ): Promise<Person> {
    const context = await this.browser.newContext({
      baseURL: baseUrl,
      viewport: { width, height },
      colorScheme: scheme,
      hasTouch: touch,
      // Nothing is to be waited for that only moves.
      reducedMotion: "reduce",
      ignoreHTTPSErrors: true,
    });
    context.setDefaultTimeout(30_000);
    return Person.at(await context.newPage(), context, baseUrl);
  }
}

/** One page in a window, and what must never happen on it. */
export class Person {
  /** Errors of the page, violations of its content security policy, requests to other places. */
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  static async at(page: Page, context: BrowserContext, baseUrl: string): Promise<Person> {
    const person = new Person(page, context);
    const { faults } = person;
    const { origin } = new URL(baseUrl);
    page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      const isBad = message.type() === "error" || message.type() === "warning";
      if (isBad && !ANSWERED.test(message.text())) faults.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${origin}/`)) faults.push(`request: ${request.url()}`);
    });
    await context.exposeFunction(REPORT_VIOLATION, (text: string) => faults.push(`policy: ${text}`));
    await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
      ${REPORT_VIOLATION}(event.violatedDirective + " " + event.blockedURI));`);
    return person;
  }

  async logIn(path = "/dashboard", { username, password } = testCredentials as { username: string; password: string }) {
    await this.page.goto(`/login?next=${encodeURIComponent(path)}`);
    await this.page.getByLabel("User name").fill(username);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Log in" }).click();
    await this.page.waitForURL((url) => url.pathname + url.search === path);
  }

  /** The machines on screen, in their order. */
  machineIds(): Promise<string[]> {
    return this.page.evaluate("[...document.querySelectorAll('tr[data-machine]')].map((row) => row.dataset.machine)");
  }

  /** Serious findings of axe, a line each. */
  async axeFindings(): Promise<string[]> {
    const builder = new AxeBuilder({ page: this.page }).withTags([
      "wcag2a",
      "wcag2aa",
      "wcag21a",
      "wcag21aa",
      "wcag22aa",
    ]);
    const { violations } = await builder.analyze();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** Whether the page is wider than its window. */
  async overflows(): Promise<boolean> {
    return this.page.evaluate("document.scrollingElement.scrollWidth > innerWidth");
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
