import { startBrowser, type Person, type TestBrowser } from "../support/browser.js";
import { testCredentials } from "../support/fleet-node.js";
import { waitFor } from "../support/wait-for.js";
import { startWatchedFleet, type WatchedFleet } from "./cluster-on-redis.js";

const PAGES = [
  "/dashboard",
  "/machines",
  "/machine/web-07",
  "/cluster",
  "/events",
  "/settings/password",
  "/settings/sessions",
  "/settings/users",
  "/settings/api-keys",
  "/settings/about",
];
const FIRST_LOAD_BYTES = 250_000;

describe("the pages of three nodes behind HAProxy", () => {
  let fleet: WatchedFleet;
  let browser: TestBrowser;
  let person: Person;

  beforeAll(async () => {
    [fleet, browser] = await Promise.all([startWatchedFleet(), startBrowser()]);
    person = await browser.person(fleet.haproxy.url);
  });

  afterEach(() => {
    expect(person.faults.splice(0)).toEqual([]);
  });

  const live = () => person.page.getByRole("status").getByText("Live", { exact: true }).waitFor();

  it("need less than 250 KB for the first look, login and overview", async () => {
    const session = await person.page.context().newCDPSession(person.page);
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send("Network.enable");
    await person.logIn();
    await person.page.getByText("Needs attention").waitFor();
    await live();
    await session.detach();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it("tell at a glance how the fleet and the cluster do", async () => {
    const { page } = person;
    await page.goto("/dashboard");
    await page.getByRole("link", { name: /^Online 60 of 60$/ }).waitFor();
    await page.getByRole("link", { name: /^Offline 0 / }).waitFor();
    await page.getByRole("img", { name: /^CPU: 60 machines, mean 31%/ }).waitFor();
    await page.getByRole("img", { name: /^Disk: 60 machines.*1 above 90%/ }).waitFor();
    const attention = page.getByRole("region", { name: "Needs attention" });
    await attention.getByRole("listitem").filter({ hasText: "web-07.example.com" }).getByText("disk at 97%").waitFor();
    await page.getByRole("region", { name: "Last hour" }).getByRole("link", { name: "60 machines" }).waitFor();
    const cluster = page.getByRole("region", { name: "Cluster" });
    for (const node of ["node-a", "node-b", "node-c"]) await cluster.getByRole("link", { name: node }).waitFor();
    await cluster.getByText(/Any one of these nodes can fail now/).waitFor();
  });

  it("list machines by what the address says, which can be shared and gone back from", async () => {
    const { page } = person;
    await page.goto("/machines");
    await page.getByText("1 to 50 of 60 machines").waitFor();
    await page.getByRole("button", { name: "CPU" }).click();
    await page.waitForURL("**/machines?sort=-cpu");
    await waitFor(async () => (await person.machineIds())[0] === "web-59", { what: "the busiest machine first" });
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("51 to 60 of 60 machines").waitFor();
    const shared = page.url();
    const onPage = await person.machineIds();
    expect(onPage).toEqual(Array.from({ length: 10 }, (_, index) => `web-${String(9 - index).padStart(2, "0")}`));

    const other = await browser.person(fleet.haproxy.url);
    await other.logIn(shared.slice(fleet.haproxy.url.length));
    await other.page.getByText("51 to 60 of 60 machines").waitFor();
    expect(await other.machineIds()).toEqual(onPage);
    await other.leave();
    expect(other.faults).toEqual([]);

    await page.goBack();
    await page.getByText("1 to 50 of 60 machines").waitFor();
    await page.getByRole("searchbox").fill("web-4");
    await page.getByText("1 to 10 of 10 machines").waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe("web-4");
    await page.getByRole("button", { name: /^Offline/ }).click();
    await page.getByText("No machine is like that").waitFor();
    await page.getByRole("button", { name: "Show all machines" }).click();
    await page.getByText("1 to 50 of 60 machines").waitFor();
  });

  it("show one machine with its figures, charts, disks and facts, in the range that the address says", async () => {
    const { page } = person;
    await fleet.report(0, "web-07", { cpu: 77, disk: 97 });
    await page.goto("/machine/web-07?range=15m");
    await page.getByRole("heading", { name: "web-07.example.com" }).waitFor();
    await page.getByText("Not encrypted by the agent").waitFor();
    await page.getByRole("cell", { name: "/", exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "15 min" }).getAttribute("aria-pressed")).toBe("true");
    const charts = page.getByRole("slider");
    await charts.nth(4).waitFor();
    expect(await charts.count()).toBe(5);
    const cpu = page.getByRole("slider", { name: "CPU over time" });
    await waitFor(async () => /CPU 77%/.test((await cpu.getAttribute("aria-valuetext")) ?? ""), {
      what: "the read-out",
    });
    await cpu.focus();
    await page.keyboard.press("ArrowLeft");
    await waitFor(async () => /CPU 8\.0%/.test((await cpu.getAttribute("aria-valuetext")) ?? ""), {
      what: "the sample before",
    });
    await page.getByRole("button", { name: "7 d" }).click();
    await page.waitForURL("**/machine/web-07?range=7d");
    await page.goBack();
    await page.waitForURL("**/machine/web-07?range=15m");
  });

  it("never show one machine's past under another one's name", async () => {
    const { page } = person;
    const charts = page.getByRole("slider");
    const open = async (id: string) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await page.keyboard.type(id);
      // Before it is found: what is listed for fewer letters must not be opened.
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: `${id}.example.com` }).waitFor();
    };
    await page.goto("/machine/web-04?range=15m");
    await charts.first().waitFor();
    await open("web-03");
    await charts.first().waitFor();
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/api/fleet/history/web-04?*", async (route) => {
      await held;
      await route.continue();
    });
    await open("web-04");
    await page.getByRole("region", { name: "History" }).locator("[aria-busy=true]").waitFor();
    expect(await charts.count()).toBe(0);
    release?.();
    await charts.first().waitFor();
    expect(await charts.first().getAttribute("aria-valuetext")).toContain("CPU 5.0%");
    await page.unroute("**/api/fleet/history/web-04?*");
  });

  it("find a machine by its serial number, and watch it by its id", async () => {
    const { page } = person;
    await page.goto("/machine/SN-web-05?range=6h");
    await page.waitForURL("**/machine/web-05?range=6h");
    await live();
    await fleet.report(2, "web-05", { cpu: 66 });
    await page.getByText("CPU 66%", { exact: true }).first().waitFor();
  });

  it("draw charts when something has changed, look closer by dragging, and go back to where one was", async () => {
    const { page } = person;
    await page.addInitScript(`window.drawn = 0;
      const stroke = CanvasRenderingContext2D.prototype.stroke;
      CanvasRenderingContext2D.prototype.stroke = function (...given) { drawn++; return stroke.apply(this, given); };`);
    await fleet.report(0, "web-07", { cpu: 77, disk: 97 });
    const [from, to] = [-600_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
    await page.goto(`/machine/web-07?range=15m&from=${from}&to=${to}`);
    const chart = page.getByRole("slider", { name: "CPU over time" });
    await chart.waitFor();
    await live();
    await waitFor(async () => Number(await page.evaluate("drawn")) > 0, { what: "the charts" });
    const before = await page.evaluate("drawn");
    const age = page.getByRole("main").getByText(/ago$/).first();
    for (let ticks = 0; ticks < 3; ticks++) {
      const text = await age.innerText();
      await waitFor(async () => (await age.innerText()) !== text, { what: "a tick of the clock" });
    }
    expect(await page.evaluate("drawn")).toBe(before);

    await page.getByRole("button", { name: "back to now" }).click();
    await page.waitForURL("**/machine/web-07?range=15m");
    const box = await chart.boundingBox();
    if (!box) throw new Error("the chart is not on screen");
    const y = box.y + box.height / 2;
    await page.mouse.dblclick(box.x + 200, y);
    expect(new URL(page.url()).search).toBe("?range=15m");
    await page.mouse.move(box.x + box.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 5, y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL((url) => url.searchParams.has("from"));
    await page.getByText("back to now").waitFor();
    await page.mouse.dblclick(box.x + 200, y);
    await page.waitForURL("**/machine/web-07?range=15m");
  });

  it("show what lies below a finger that taps on a chart", async () => {
    const phone = await browser.person(fleet.haproxy.url, { width: 360, height: 740, touch: true });
    await phone.logIn("/machine/web-07?range=15m");
    const chart = phone.page.getByRole("slider", { name: "CPU over time" });
    await waitFor(async () => /CPU 77%/.test((await chart.getAttribute("aria-valuetext")) ?? ""), {
      what: "the latest",
    });
    await chart.scrollIntoViewIfNeeded();
    await chart.tap({ position: { x: 80, y: 60 } });
    await waitFor(async () => /CPU 8\.0%/.test((await chart.getAttribute("aria-valuetext")) ?? ""), {
      what: "the first sample",
    });
    await phone.leave();
    expect(phone.faults).toEqual([]);
  });

  it("take what is typed into a search as it is typed", async () => {
    const { page } = person;
    for (const [path, name] of [
      ["/machines", "q"],
      ["/events", "subject"],
    ] as const) {
      await page.goto(path);
      const box = page.getByRole("searchbox");
      await box.pressSequentially("rack ");
      await page.waitForURL((url) => url.searchParams.get(name) === "rack");
      await box.pressSequentially("12");
      await page.waitForURL((url) => url.searchParams.get(name) === "rack 12");
      expect(await box.inputValue()).toBe("rack 12");
      await page.goBack();
      await waitFor(async () => (await box.inputValue()) === "", { what: "the search before" });
    }
  });

  it("say that the server is away where a part was never loaded, and show it once it is back", async () => {
    const late = await browser.person(fleet.haproxy.url);
    await late.logIn();
    await late.page.getByText("Needs attention").waitFor();
    await late.page.evaluate("window.notReloaded = true");
    await late.page.route("**/*", (route) => route.abort());
    await late.page.getByRole("link", { name: "Events", exact: true }).click();
    await late.page.getByRole("alert").getByText("The server cannot be reached").first().waitFor();
    expect(await late.page.evaluate("window.notReloaded")).toBe(true);
    await late.page.unroute("**/*");
    await late.page.getByRole("heading", { name: "Events" }).waitFor();
    await late.page.getByRole("table").waitFor();
    await late.leave();
    expect(late.faults).toEqual([]);
  });

  it("ask before a machine is removed, by its name, and record it", async () => {
    const { page } = person;
    await fleet.report(1, "old-01");
    await page.goto("/machine/old-01");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByText("Remove old-01.example.com?").waitFor();
    await page.getByRole("button", { name: "Remove old-01.example.com" }).click();
    await page.waitForURL("**/machines");
    await page.goto("/events?kind=machine");
    await page.getByRole("row").filter({ hasText: "old-01" }).getByText("was removed with its history").waitFor();
    await page.goto("/machine/old-01");
    await page.getByText("There is no such machine").waitFor();
  });

  it("make users and API keys, show a key once, and end sessions", async () => {
    const { page } = person;
    await page.goto("/settings/users");
    await page.getByRole("button", { name: "Add a user" }).click();
    await page.getByLabel("User name").fill("vera");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Add the user" }).click();
    await page
      .getByRole("alert")
      .getByText(/The password is too short/)
      .waitFor();
    await page.getByLabel("Password", { exact: true }).fill(testCredentials.password);
    await page.getByRole("button", { name: "Add the user" }).click();
    await page.getByRole("row").filter({ hasText: "vera" }).waitFor();

    await page.goto("/settings/api-keys");
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByLabel("Name").fill("grafana");
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = await page.getByLabel("The new API key").textContent();
    expect(key).toMatch(/^fleet_[\w-]{43}$/);
    await page.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("row").filter({ hasText: "grafana" }).waitFor();
    expect(await page.getByText(key ?? "").count()).toBe(0);

    await page.route(/\/api\/fleet\/(users|sessions)\?/, (route) =>
      route.continue({ url: route.request().url().replace("limit=100", "limit=1") }),
    );
    for (const path of ["/settings/users", "/settings/sessions"]) {
      await page.goto(path);
      await page.getByRole("button", { name: "Load more" }).click();
      await waitFor(async () => (await page.locator("tbody tr").count()) === 2, { what: "the second page" });
    }
    await page.unroute(/\/api\/fleet\/(users|sessions)\?/);

    const other = await browser.person(fleet.haproxy.url);
    await other.logIn("/dashboard", { username: "vera", password: testCredentials.password });
    await page.goto("/settings/sessions");
    await page.getByRole("button", { name: "End the session of vera" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End the session" }).click();
    await page.getByText("The session of vera has ended.").waitFor();
    await other.page.waitForURL("**/login?next=%2Fdashboard");
    await other.leave();
  });

  it("can be used without a mouse", async () => {
    const { page } = person;
    await page.goto("/dashboard");
    await page.getByText("Needs attention").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByText("1 to 50 of 60 machines").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Machines");
    await page.keyboard.press("/");
    await page.keyboard.type("web-2");
    await page.getByText("1 to 10 of 10 machines").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/machine/web-21");
    const focused = () => page.evaluate("document.activeElement.dataset.machine ?? document.activeElement.textContent");
    await waitFor(async () => (await focused()) === "web-21.example.com", { what: "the focus on the heading" });
    await page.goBack();
    await waitFor(async () => (await focused()) === "web-21", { what: "the focus on the row that was left" });
    await page.keyboard.press("j");
    expect(await focused()).toBe("web-22");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type("web-33");
    await page.getByRole("option", { name: /^web-33/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/machine/web-33");
    await waitFor(async () => (await focused()) === "web-33.example.com", { what: "the focus on the heading" });
  });

  it.each([
    ["light", 1280],
    ["dark", 360],
  ] as const)("have no serious finding of axe, and fit the window: %s, %d pixels wide", async (scheme, width) => {
    const viewer = await browser.person(fleet.haproxy.url, { scheme, width, height: 740 });
    await viewer.logIn();
    for (const path of PAGES) {
      await viewer.page.goto(path);
      await viewer.page.getByRole("heading", { level: 1 }).waitFor();
      await viewer.page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      expect([path, await viewer.axeFindings()]).toEqual([path, []]);
      expect([path, await viewer.overflows()]).toEqual([path, false]);
    }
    await viewer.leave();
    expect(viewer.faults).toEqual([]);
  });
});
