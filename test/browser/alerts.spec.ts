import { type Person, startBrowser, type TestBrowser } from "../support/browser.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import type { HttpClient } from "../support/http-client.js";
import { HttpSink } from "../support/http-sink.js";
import { logInAt } from "../support/log-in-at.js";
import { ReportingMachines } from "../support/reporting-machines.js";
import { waitFor } from "../support/wait-for.js";

describe("the alerts of a node", () => {
  let sink: HttpSink;
  let node: FleetNode;
  let browser: TestBrowser;
  let person: Person;
  let admin: HttpClient;
  let machines: ReportingMachines;

  beforeAll(async () => {
    sink = await HttpSink.start();
    [node, browser] = await Promise.all([
      startFleetNode({
        config: {
          alerts: {
            interval: 0.3,
            grace: 1,
            cpu: { above: 90, for: 0 },
            disk: { above: 90, for: 0, severity: "critical" },
            receivers: [
              { name: "hook", type: "webhook", url: `${sink.url}/hook`, secret: "a secret of the webhook" },
              { name: "gone", type: "slack", url: `${sink.url}/broken`, kinds: ["certificate"] },
            ],
          },
        },
      }),
      startBrowser(),
    ]);
    machines = new ReportingMachines(node.url, testCredentials.apiKey);
    machines.set("web-01");
    machines.set("db-01");
    admin = await logInAt(node);
    const json = { username: "vera", password: testCredentials.password, role: "viewer" };
    expect((await admin.post("/api/fleet/users", { json })).status).toBe(201);
    person = await browser.person(node.url);
    await person.logIn("/alerts");
  });

  afterAll(() => {
    admin.close();
  });

  afterEach(() => {
    expect(person.faults.splice(0)).toEqual([]);
  });

  const panel = (name: string) => person.page.getByRole("region", { name, exact: true });
  const row = (subject: string) => person.page.getByRole("row").filter({ hasText: subject });
  /** Gone by a link of the page: a reload would hide that nothing comes by itself. */
  const go = (name: string) => person.page.getByRole("link", { name, exact: true }).click();

  it("appear without a reload, are counted beside their place, and say who was told", async () => {
    const { page } = person;
    await panel("Open").getByText("Nothing is wrong").waitFor();
    await panel("Past").getByText("Nothing has been wrong yet").waitFor();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();

    machines.set("web-01", { figures: { cpu: 97 } });
    machines.set("db-01", { figures: { disk: 96 } });
    const web = panel("Open").getByRole("row").filter({ hasText: "web-01" });
    await web.getByText("Warning", { exact: true }).waitFor();
    await web.getByRole("cell", { name: "97%", exact: true }).waitFor();
    await web.getByRole("cell", { name: "90%", exact: true }).waitFor();
    await web.getByText("1 delivered", { exact: true }).waitFor();
    await panel("Open").getByRole("row").filter({ hasText: "db-01" }).getByText("Critical").waitFor();
    await page.getByRole("link", { name: /^Alerts\s*: 2 open incidents$/ }).waitFor();
    expect(sink.to("/hook")).toHaveLength(2);
    expect(await person.axeFindings()).toEqual([]);
  });

  it("lead to the machine and are told there and on the overview", async () => {
    const { page } = person;
    await row("web-01").getByRole("link", { name: "web-01", exact: true }).click();
    await page.waitForURL("**/machine/web-01");
    const incidents = page.getByRole("list", { name: "Open incidents" });
    await incidents.getByText("Warning").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    const attention = page.getByRole("region", { name: "Needs attention" });
    await attention.getByRole("link", { name: "2 open incidents" }).click();
    await page.waitForURL("**/alerts");
    await page.goBack();
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await row("web-01").waitFor();
  });

  it("open by the keyboard with their notifications, at an address of their own", async () => {
    const { page } = person;
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?incident=/);
    const drawer = page.getByRole("dialog", { name: "Incident" });
    await drawer.getByText("delivered", { exact: false }).first().waitFor();
    await drawer.getByText("hook", { exact: true }).waitFor();
    expect(await person.axeFindings()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.waitForURL("**/alerts");
    await drawer.waitFor({ state: "detached" });
    await page.goto("/alerts?incident=019ac2f0-5b1e-7c3a-9d2e-3f4a5b6c7d8e");
    await drawer.getByText("There is no such incident").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL("**/alerts");
  });

  it("are silenced from their row, and told of again when the silence is ended", async () => {
    const { page } = person;
    await row("db-01")
      .getByRole("button", { name: /^Silence/ })
      .click();
    const form = page.getByRole("dialog", { name: "Silence incidents" });
    const machine = form.getByLabel("Id of a machine or node");
    expect(await machine.inputValue()).toBe("db-01");
    expect(await form.getByRole("combobox", { name: "Kind" }).inputValue()).toBe("Disk");
    await form.getByLabel("Comment").fill("new disk is on its way");
    await form.getByRole("button", { name: "Silence" }).click();
    await row("db-01").getByText("Silenced now").waitFor();

    await go("Silences");
    const silence = row("Disk of db-01");
    await silence.getByText("new disk is on its way").waitFor();
    await silence.getByText("in 59 min").waitFor();
    await silence.getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End the silence" }).click();
    await page.getByText("Nothing is silenced").waitFor();

    await page.getByRole("button", { name: "New silence" }).click();
    await form.getByRole("button", { name: "Silence" }).click();
    await form
      .getByRole("alert")
      .getByText(/Name a machine, a tag or a kind/)
      .waitFor();
    await page.keyboard.press("Escape");
  });

  it("come with the rules in effect, and receivers that can be tried out", async () => {
    const { page } = person;
    await go("Rules and receivers");
    await row("Disk").getByText("above 90% at once").waitFor();
    await page.getByRole("button", { name: "Test the receiver hook" }).click();
    await page.getByText("hook has taken a test notification.").waitFor();
    await page.getByRole("button", { name: "Test the receiver gone" }).click();
    await page.getByText(/^The test notification was not delivered: .*500/).waitFor();
    expect(await page.content()).not.toContain("a secret of");
    expect(await person.axeFindings()).toEqual([]);
  });

  it("move to the past without a reload, where the address finds them", async () => {
    const { page } = person;
    await go("Incidents");
    machines.set("web-01");
    await panel("Past")
      .getByRole("row")
      .filter({ hasText: "web-01" })
      .getByText(/^for \d+ (s|min)/)
      .waitFor();
    await panel("Open").getByRole("row").filter({ hasText: "web-01" }).waitFor({ state: "detached" });
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "Past" }).click();
    await page.waitForURL("**/alerts?state=closed");
    await page.getByRole("searchbox").fill("db-01");
    await panel("Past").getByText("Nothing past is like that").waitFor();
    expect(new URL(page.url()).searchParams.get("subject")).toBe("db-01");
    await page.goto("/events?kind=incident");
    await row("web-01").first().getByText("has an incident that is over").waitFor();
  });

  it("fit a phone in the dark, and let a viewer look only", async () => {
    const viewer = await browser.person(node.url, { scheme: "dark", width: 360, height: 740 });
    await viewer.logIn("/alerts", { username: "vera", password: testCredentials.password });
    for (const view of ["Incidents", "Silences", "Rules and receivers"]) {
      await viewer.page.getByRole("link", { name: view, exact: true }).click();
      await viewer.page.getByRole("region").first().waitFor();
      expect([view, await viewer.axeFindings()]).toEqual([view, []]);
      expect([view, await viewer.overflows()]).toEqual([view, false]);
      expect(await viewer.page.getByRole("button", { name: /^(Silence|New silence|Test|End)/ }).count()).toBe(0);
    }
    await viewer.leave();
    expect(viewer.faults).toEqual([]);
  });

  it("stay on screen while the server is away, and go on when it is back", async () => {
    const { page } = person;
    await page.goto("/alerts");
    await row("db-01").waitFor();
    await node.stop();
    await page.getByRole("status").getByText("Reconnecting").waitFor();
    expect(await row("db-01").count()).toBe(1);
    await node.start();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    machines.set("db-01");
    await waitFor(async () => (await panel("Open").getByText("Nothing is wrong").count()) === 1, {
      what: "the end of the incident",
    });
  });
});
