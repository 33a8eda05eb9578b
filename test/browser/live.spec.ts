import type { Request } from "playwright-core";
import { startBrowser, type TestBrowser } from "../support/browser.js";
import { startFleetNode } from "../support/fleet-node.js";
import { waitFor } from "../support/wait-for.js";
import { startWatchedFleet, type WatchedFleet } from "./cluster-on-redis.js";

/** What a page promises of a report that another node takes, and of a machine that is busy with other tests. */
const LIVE_WITHIN_MS = 2_000 + 3_000;

/** Counts how often figures of CPU were drawn: changes of one drawing are told together. */
const COUNT_DRAWINGS = `
  window.drawings = 0;
  new MutationObserver((changes) => {
    const isCpu = ({ target }) => (target.parentElement ?? target).closest("[data-label=CPU]");
    if (changes.some(isCpu)) drawings++;
  }).observe(document.querySelector("tbody"), { subtree: true, characterData: true, childList: true });`;

describe("a page that is left open", () => {
  let fleet: WatchedFleet;
  let browser: TestBrowser;

  beforeAll(async () => {
    [fleet, browser] = await Promise.all([startWatchedFleet(), startBrowser()]);
  });

  it("shows a report that another node took, in its place, and says when rows would stand elsewhere", async () => {
    const person = await browser.person(fleet.nodes[0].url);
    await person.logIn("/machines?sort=-cpu");
    const { page } = person;
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    const row = page.locator("tr[data-machine=web-40]");
    const before = await person.machineIds();
    await page.evaluate("window.notReloaded = true");
    for (const cpu of [88, 12]) {
      const reportedAt = performance.now();
      await fleet.report(1, "web-40", { cpu });
      await row.getByText(`CPU ${cpu}%`, { exact: true }).waitFor();
      expect(performance.now() - reportedAt).toBeLessThan(LIVE_WITHIN_MS);
    }
    expect(await person.machineIds()).toEqual(before);
    expect(await page.evaluate("window.notReloaded")).toBe(true);
    await page.getByRole("button", { name: /rows? changed places: sort again/ }).click();
    await waitFor(async () => (await person.machineIds()).indexOf("web-40") !== before.indexOf("web-40"), {
      what: "the new order",
    });
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  it("draws figures once a second, however many reports come, and does not ask for each", async () => {
    const person = await browser.person(fleet.nodes[0].url);
    await person.logIn("/machines?sort=-cpu");
    const { page } = person;
    const shown = (cpu: number) => page.locator("tr[data-machine]").getByText(`CPU ${cpu}%`, { exact: true }).count();
    const reportAll = (cpu: number) => Promise.all(fleet.ids.map((id, index) => fleet.report(index % 3, id, { cpu })));
    // Once what comes over the stream is drawn, the page has nothing left to ask.
    await page.getByRole("button", { name: /^Online\s*60$/ }).waitFor();
    await reportAll(41);
    await waitFor(async () => (await shown(41)) === 50, { what: "the first figures of all rows" });

    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const startedAt = performance.now();
    await page.evaluate(COUNT_DRAWINGS);
    for (let cpu = 42; cpu <= 56; cpu++) await reportAll(cpu);
    await waitFor(async () => (await shown(56)) === 50, { what: "the last figures of all rows" });
    const drawings = Number(await page.evaluate("drawings"));
    // One that was under way at the start, and one at each end of the last second.
    expect(drawings).toBeLessThanOrEqual((performance.now() - startedAt) / 1000 + 2);
    expect(drawings).toBeGreaterThan(0);
    // Lists and counts are read again now and then, not once a report.
    expect(asked.length).toBeLessThan(4);
    expect(await person.machineIds()).toHaveLength(50);
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  it("gains machines as they join, on a list and among what is new", async () => {
    const [list, overview] = [await browser.person(fleet.nodes[0].url), await browser.person(fleet.nodes[0].url)];
    await Promise.all([list.logIn("/machines?q=join"), overview.logIn()]);
    await list.page.getByText("No machine is like that").waitFor();
    const news = overview.page.getByRole("region", { name: "Last hour" });
    await news.getByRole("link", { name: "60 machines" }).waitFor();
    for (const machine of ["join-1", "join-2"]) {
      await fleet.report(1, machine);
      await list.page.locator(`tr[data-machine=${machine}]`).waitFor();
    }
    await list.page.getByText("1 to 2 of 2 machines").waitFor();
    await news.getByRole("link", { name: "62 machines" }).waitFor();
    for (const person of [list, overview]) {
      await person.leave();
      expect(person.faults).toEqual([]);
    }
  });

  it("holds no connection while nobody sees it, and is live again when somebody does", async () => {
    const person = await browser.person(fleet.nodes[0].url);
    const { page } = person;
    const isStream = (request: Request) => request.url().includes("/api/fleet/stream");
    const open = new Set<Request>();
    let changedAt = 0;
    page.on("request", (request) => {
      if (isStream(request)) open.add(request);
    });
    page.on("requestfailed", (request) => {
      if (open.delete(request)) changedAt = performance.now();
    });
    await person.logIn("/machines?sort=-cpu");
    const live = page.getByRole("status").getByText("Live", { exact: true });
    await live.waitFor();
    const turn = (state: string) =>
      page.evaluate(`Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));`);
    expect(open.size).toBeGreaterThan(0);
    await turn("hidden");
    // A stream for other rows follows at once on one that ends; only a hidden page has none for longer.
    await waitFor(() => open.size === 0 && performance.now() - changedAt > 1_000, { what: "the end of the stream" });
    await fleet.report(1, "web-41", { cpu: 66 });
    await Promise.all([page.waitForRequest(isStream), turn("visible")]);
    await live.waitFor();
    await page.locator("tr[data-machine=web-41]").getByText("CPU 66%", { exact: true }).waitFor();
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  it("says why it is not live, and that the server's database is away", async () => {
    const person = await browser.person(fleet.nodes[0].url);
    const { page } = person;
    const error = "The database cannot be reached at the moment; try again shortly.";
    await page.route("**/api/fleet/stream?*", (route) =>
      route.fulfill({ status: 503, json: { error, code: "BACKEND_UNAVAILABLE" } }),
    );
    await person.logIn("/cluster");
    await page.getByText(`${error} What is shown may be old.`).waitFor();
    await page.unroute("**/api/fleet/stream?*");
    await page.getByText(/This page is served by node-a/).waitFor();
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  it("stays truthful when the node that it talks to dies: it says so, finds another and shows the dead one", async () => {
    const person = await browser.person(fleet.haproxy.url);
    await person.logIn("/cluster");
    const { page } = person;
    await page.evaluate("window.notReloaded = true");
    await page.getByText("Any one of these nodes can fail now; after it, one more").waitFor();
    const served = /served by (node-[abc])/.exec(await page.getByText(/This page is served by/).innerText())?.[1] ?? "";
    const node = fleet.nodes.find(({ nodeId }) => nodeId === served);
    const killedAt = performance.now();
    await node?.kill();
    await page.locator("[data-stale=true]").filter({ hasText: "What is shown may be old." }).waitFor();
    expect(performance.now() - killedAt).toBeLessThan(LIVE_WITHIN_MS);
    await page.locator(`tr[data-node=${served}][data-status=inactive]`).waitFor();
    await page.getByText("Any one of these nodes can fail now; two cannot").waitFor();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await waitFor(async () => !(await page.getByText(/This page is served by/).innerText()).includes(served), {
      what: "another node to serve the page",
    });
    await page.getByRole("row").filter({ hasText: served }).getByText("no longer sends heartbeats").first().waitFor();
    expect(await page.evaluate("window.notReloaded")).toBe(true);
    expect(await page.getByRole("alert").count()).toBe(0);
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  it("of a fleet without machines teaches how to add one", async () => {
    const alone = await startFleetNode();
    const person = await browser.person(alone.url);
    await person.logIn();
    const command = await person.page.getByLabel("Command that adds a machine").innerText();
    expect(command).toBe(`fleet-agent --server ${alone.url} --api-key-file key.txt`);
    await person.page.goto("/cluster");
    await person.page.getByText("A single node: nobody takes over when it fails").waitFor();
    await person.leave();
    expect(person.faults).toEqual([]);
  });
});
