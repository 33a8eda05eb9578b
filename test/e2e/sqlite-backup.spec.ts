import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newFernetKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";
import { runCli } from "../support/run-cli.js";
import { BackedUpFleet } from "./backed-up-fleet.js";

const fleet = new BackedUpFleet();
const database = path.join(fleet.folder, "fleet.sqlite3");
const backup = path.join(fleet.folder, "backup.sqlite3");
/** Reports that had been answered when the backup began. */
const answered: string[] = [];

const run = (...args: string[]) => runCli([...args, "--config", fleet.configFile]);
const restoreWith = (file: string, env: NodeJS.ProcessEnv = {}) =>
  runCli(["restore", "--from", file, "--config", fleet.configFile], { env });

/** What lies in the folder, registry and sessions aside. */
function files(): Record<string, string> {
  const names = readdirSync(fleet.folder).filter((name) => statSync(path.join(fleet.folder, name)).isFile());
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(fleet.folder, name)).toString("base64")]),
  );
}

describe("a backup of the SQLite database", () => {
  beforeAll(async () => {
    await fleet.start({ db_path: database });
    await fleet.fill();
  });

  it("is taken while reports are written, and holds every report that was answered before", async () => {
    const done = new AbortController();
    const all: string[] = [];
    const writing = (async () => {
      for (let index = 0; !done.signal.aborted; index++) {
        if (await fleet.report(`w-${index}`)) all.push(`w-${index}`);
      }
    })();
    await waitFor(() => all.length >= 20, { what: "some reports to be answered" });
    answered.push(...all);
    const result = await run("backup", "--to", backup);
    const meanwhile = all.length - answered.length;
    done.abort();
    await writing;
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining("and checked it") as string });
    expect(result.stdout).toContain("Nobody can read it without server.db_encryption_key");
    expect(result.stdout + result.stderr).not.toContain(fleet.key);
    expect(meanwhile).toBeGreaterThan(0);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(fleet.folder).filter((name) => /partial|backup\.sqlite3-/.test(name))).toEqual([]);
  });

  it("replaces no file but with --force, and never the database", async () => {
    const before = readFileSync(backup);
    expect(await run("backup", "--to", backup)).toMatchObject({ code: 1 });
    expect(readFileSync(backup).equals(before)).toBe(true);
    expect(await run("backup", "--to", database, "--force")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is the database itself") as string,
    });
    expect(await fleet.report("w-last")).toBe(true);
    answered.push("w-last");
    expect(await run("backup", "--to", backup, "--force")).toMatchObject({ code: 0 });
  });
});

describe("a restore of the SQLite database", () => {
  it("is refused while a node uses it", async () => {
    expect(await restoreWith(backup)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("listens on") as string,
    });
    // As from another machine, or where the port is another's: the file is open all the same.
    const elsewhere = { FLEET_SERVER__PORT: "1", FLEET_CLUSTER__ENABLED: "false" };
    expect(await restoreWith(backup, { ...elsewhere, FLEET_SERVER__HOST: "192.0.2.1" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Another program has") as string,
    });
    expect(await restoreWith(backup, { FLEET_SERVER__HOST: "192.0.2.1" })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nodes run: web-1 \(heard of/) as string,
    });
  });

  it("changes nothing with a wrong key, or from a file that is no backup", async () => {
    await fleet.restart();
    await fleet.running.stop();
    const broken = path.join(fleet.folder, "broken.sqlite3");
    writeFileSync(broken, readFileSync(backup).fill(7, 8192, 40_960));
    const before = files();
    const wrong = await restoreWith(backup, { FLEET_SERVER__DB_ENCRYPTION_KEY: newFernetKey() });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("server.db_encryption_key") as string });
    expect(await restoreWith(fleet.configFile)).toMatchObject({ code: 1 });
    const damaged = await restoreWith(broken);
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringContaining(broken) as string });
    expect(damaged.stderr).not.toMatch(/\.js:\d+/);
    expect(files()).toEqual(before);
  });

  it("keeps what was there, and raises the numbers of starts above those that it had issued", async () => {
    const { code, stdout } = await restoreWith(backup);
    expect([code, stdout]).toEqual([0, expect.stringContaining("web-1 has started since the backup")]);
    const kept = readdirSync(fleet.folder).filter((name) => name.startsWith("fleet.sqlite3"));
    expect(kept).toEqual([
      "fleet.sqlite3",
      expect.stringMatching(/^fleet\.sqlite3\.before-restore-\d{8}T\d{6}Z$/) as string,
    ]);
  });

  it("makes a fleet anywhere else, on which nodes start although the registry knows later starts", async () => {
    const fresh = path.join(fleet.folder, "fresh/fleet.sqlite3");
    const restored = await restoreWith(backup, { FLEET_SERVER__DB_PATH: fresh });
    expect([restored.code, restored.stdout]).toEqual([
      0,
      expect.stringContaining("web-1 has started since the backup"),
    ]);
    await fleet.start({ db_path: fresh });
    await fleet.expectWhole(answered);
    await fleet.running.stop();
  });
});
