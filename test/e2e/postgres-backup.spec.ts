import path from "node:path";
import { newFernetKey } from "../support/keys.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { runCli, runShell } from "../support/run-cli.js";
import { BackedUpFleet } from "./backed-up-fleet.js";

const fleet = new BackedUpFleet();
const dump = path.join(fleet.folder, "fleet.dump");
let server: PostgresServer;
let database: { db_backend: string; db_url: string };

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCli([...args, "--config", fleet.configFile], { env });
/** The commands that stand apart in what was said, as somebody would copy them. */
const commandsIn = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim());
const inShell = (line: string) => runShell(line, { PGPASSWORD: server.password, FLEET_CONFIG: fleet.configFile });

describe("backing up and restoring in PostgreSQL", () => {
  beforeAll(async () => {
    server = await startPostgres();
    database = { db_backend: "postgresql", db_url: await server.createDatabase("fleet") };
    await fleet.start(database);
    await fleet.fill();
  });

  it("is done by the command that backup names, while the node goes on", async () => {
    const { code, stderr } = await run(["backup", "--to", dump]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("nothing was backed up")]);
    expect(stderr).not.toContain(server.password);
    const [command = ""] = commandsIn(stderr);
    expect(command).toMatch(/^pg_dump /);
    expect(await inShell(command)).toMatchObject({ code: 0, stderr: "" });
  });

  it("needs no node that runs, and the key", async () => {
    const live = await run(["restore", "--finish"], { FLEET_SERVER__HOST: "192.0.2.1" });
    expect(live).toMatchObject({ code: 1, stderr: expect.stringContaining("Nodes are connected") as string });
    await fleet.restart();
    await fleet.running.stop();
    const wrong = await run(["restore", "--finish"], { FLEET_SERVER__DB_ENCRYPTION_KEY: newFernetKey() });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("server.db_encryption_key") as string });
  });

  it("is done by the commands that restore names, and the node starts although the registry knows later starts", async () => {
    const { code, stderr } = await run(["restore", "--from", dump]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("nothing was restored")]);
    const [rename = "", create = "", restore = "", finish = ""] = commandsIn(stderr);
    await server.query(rename);
    await server.query(create);
    expect(await run(["restore", "--finish"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no fleet yet") as string,
    });
    expect(await inShell(restore)).toMatchObject({ code: 0, stderr: "" });
    const doctor = await run(["doctor"]);
    expect([doctor.code, doctor.stdout]).toEqual([
      1,
      expect.stringMatching(/^failure {2}cluster\.starts: .*web-1.*restore --finish/m),
    ]);
    expect(await inShell(finish)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("web-1 has started since the backup") as string,
    });
    await fleet.running.start();
    await fleet.expectWhole([]);
    await fleet.running.stop();
  });
});
