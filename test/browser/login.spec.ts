import { startBrowser, type Person, type TestBrowser } from "../support/browser.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { logInAt } from "../support/log-in-at.js";

const { username, password } = testCredentials;

describe("the login page", () => {
  let node: FleetNode;
  let browser: TestBrowser;
  let person: Person;

  beforeAll(async () => {
    [node, browser] = await Promise.all([startFleetNode(), startBrowser()]);
  });

  beforeEach(async () => {
    person = await browser.person(node.url);
  });

  afterEach(async () => {
    await person.leave();
    expect(person.faults).toEqual([]);
  });

  const fill = async (name: string, secret: string) => {
    await person.page.getByLabel("User name").fill(name);
    await person.page.getByLabel("Password", { exact: true }).fill(secret);
    await person.page.getByRole("button", { name: "Log in" }).click();
  };

  it("is where strangers land, and leads back to the page they asked for", async () => {
    const { page } = person;
    await page.goto("/machines?sort=-cpu&q=db");
    expect(new URL(page.url()).pathname).toBe("/login");
    await fill(username, password);
    await page.waitForURL("**/machines?sort=-cpu&q=db");
    expect(await page.getByRole("searchbox", { name: "Search machines" }).inputValue()).toBe("db");
  });

  it("says that a password is wrong, and keeps the name", async () => {
    const { page } = person;
    await page.goto("/login");
    await fill(username, "not the password");
    await page.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
    expect(await page.getByLabel("User name").inputValue()).toBe(username);
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
    expect(await person.axeFindings()).toEqual([]);
  });

  it("says when to try again after too many tries, and lets nobody press before", async () => {
    const { page } = person;
    await page.goto("/login");
    const alert = page.getByRole("alert");
    for (let tries = 0; tries < 20 && !(await alert.getByText("Too many tries").isVisible()); tries++) {
      await fill("locked-out", `wrong ${tries}`);
      await page.locator("button[type=submit]:not([data-loading])").waitFor();
      await alert.waitFor();
    }
    await alert.getByText(/You can try again in \d+ s\./).waitFor();
    expect(await page.getByRole("button", { name: "Log in" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Log in", disabled: false }).waitFor({ timeout: 40_000 });
  });

  it("comes back when the session has ended, and leads back after it; logging out ends it", async () => {
    const { page } = person;
    await person.logIn("/events");
    const admin = await logInAt(node);
    const { sessions } = (await admin.get("/api/fleet/sessions")).json() as {
      sessions: { id: string; current: boolean }[];
    };
    for (const { id, current } of sessions) if (!current) await admin.request("DELETE", `/api/fleet/sessions/${id}`);
    admin.close();
    // The page notices by itself: its stream looks at the login every 15 seconds, and what it reads is refused.
    await page.waitForURL("**/login?next=%2Fevents");
    await fill(username, password);
    await page.waitForURL("**/events");
    await page.getByRole("button", { name: /^User menu/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.waitForURL("**/login");
    await page.goto("/machines");
    expect(new URL(page.url()).pathname).toBe("/login");
  });

  it("tells that the server is away, which is not the password's fault, and works once it is back", async () => {
    const { page } = person;
    await page.goto("/login");
    await node.kill();
    await fill(username, password);
    await page.getByRole("alert").getByText("The server is away").waitFor();
    await node.start();
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL("**/dashboard");
  });
});
