import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { runCli, runOnTerminal } from "../support/run-cli.js";
import { waitFor } from "../support/wait-for.js";

let node: FleetNode;
const password = "a password from a terminal";

const run = (args: readonly string[], input = "") => runCli([...args, "--config", node.configFile], { input });
const failsWith = (words: string | RegExp) => ({ code: 1, stderr: expect.stringMatching(words) as string });

async function logIn(username: string, secret: string): Promise<HttpClient> {
  const client = new HttpClient(node.url);
  await client.login(username, secret);
  return client;
}

beforeAll(async () => {
  node = await startFleetNode({ config: { server: { db_encryption_key: newFernetKey() } } });
});

describe("users on the command line", () => {
  it("are added by the API's rules, and log in", async () => {
    expect(await run(["users", "add", "alice", "--role", "viewer"], "alice's first password\r\n")).toMatchObject({
      code: 0,
    });
    expect(await run(["users", "add", "alice", "--role", "viewer"], `${password}\n`)).toMatchObject(
      failsWith(/of this name already/),
    );
    expect(await run(["users", "add", "carol", "--role", "viewer"], "short\n")).toMatchObject(failsWith(/too short/));
    const list = await run(["users", "list", "--json"]);
    expect(JSON.parse(list.stdout)).toMatchObject({
      users: [{ username: "admin" }, { username: "alice", role: "viewer" }],
    });
    (await logIn("alice", "alice's first password")).close();
  });

  it("get another password, asked for on a terminal and not shown, which ends their sessions", async () => {
    const client = await logIn("alice", "alice's first password");
    const typed = await runOnTerminal(`fleet-server users password alice --config "${node.configFile}"`, [
      [/New password for alice: $/, password],
      [/Again: $/, password],
    ]);
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringContaining("The password of alice is set") as string });
    expect(typed.stdout).not.toContain(password);
    await waitFor(async () => (await client.get("/api/fleet/machines")).status === 401, {
      what: "the session to end",
    });
    client.close();
    (await logIn("alice", password)).close();
  });

  it("get another role and are removed, but for the last administrator", async () => {
    expect(await run(["users", "role", "admin", "viewer"])).toMatchObject(failsWith(/the only administrator/));
    expect(await run(["users", "role", "alice", "admin"])).toMatchObject({ code: 0 });
    const client = await logIn("alice", password);
    const { events } = (await client.get("/api/fleet/events?kind=user")).json() as { events: { actor: string }[] };
    expect(events.map(({ actor }) => actor)).toEqual(Array.from({ length: 3 }, () => "command line"));
    client.close();
    expect(await run(["users", "remove", "alice"])).toMatchObject({ code: 0 });
    await expect(logIn("alice", password)).rejects.toThrow("401");
  });
});

describe("API keys on the command line", () => {
  it("are made, shown once, listed and removed", async () => {
    const wishes = ["--scope", "read", "--expires", "2099-06-30", "--requests-per-minute", "90"];
    const made = await run(["api-keys", "create", "grafana", ...wishes]);
    const key = made.stdout.trim();
    expect([made.code, key]).toEqual([0, expect.stringMatching(/^fleet_[\w-]{43}$/)]);
    const program = new HttpClient(node.url, { headers: { authorization: `Bearer ${key}` } });
    expect((await program.get("/api/fleet/machines")).status).toBe(200);
    const list = await run(["api-keys", "list"]);
    expect(list.stdout).toMatch(/^grafana +read +fleet_\S+ +\S+ +command line +2099-06-30T23:59:59.000Z +\S+ +90$/m);
    expect(list.stdout).not.toContain(key);
    expect(await run(["api-keys", "create", "grafana", "--scope", "all"])).toMatchObject(
      failsWith(/^scope: must be one of/),
    );
    expect(await run(["api-keys", "create", "x", "--scope", "read", "--requests-per-minute", "many"])).toMatchObject(
      failsWith(/^requests_per_minute: must be/),
    );
    expect(await run(["api-keys", "remove", "grafana"])).toMatchObject({ code: 0 });
    expect(await run(["api-keys", "remove", "grafana"])).toMatchObject(failsWith(/no API key of this name/));
    await waitFor(async () => (await program.get("/api/fleet/machines")).status === 401, {
      what: "the key to be refused",
    });
    program.close();
  });
});

describe("a command that cannot work", () => {
  it("says so in a sentence, makes nothing, and tells no secret", async () => {
    const env = { FLEET_SERVER__DB_ENCRYPTION_KEY: newFernetKey() };
    const wrong = await runCli(["users", "list", "--config", node.configFile], { env });
    expect(wrong).toMatchObject({ code: 78, stderr: expect.stringContaining("none of the keys set opens") as string });
    const missing = await runCli(["users", "list", "--config", node.configFile], {
      env: { FLEET_SERVER__DB_PATH: "/nowhere/fleet.sqlite3" },
    });
    expect(missing).toMatchObject(failsWith(/^There is no database at \/nowhere/));
    expect(wrong.stderr + missing.stderr).not.toContain(testCredentials.password);
    expect(await run(["users", "passwrd", "alice"])).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('Did you mean "users password"?') as string,
    });
  });
});
