import { readFileSync } from "node:fs";
import path from "node:path";
import { postgresBackup, postgresRestore } from "../../../src/cli/backup/postgres-commands.js";
import { projectRoot } from "../../support/project-root.js";

const url = "postgresql://fleet:a-secret-password@db.example.com/fleet";
/** The lines that stand apart. */
const commandsIn = (text: string) => text.split("\n").flatMap((line) => /^ {2}(.+)$/.exec(line)?.[1] ?? []);

describe("the commands that back PostgreSQL up and restore it", () => {
  const said = [postgresBackup(url, "fleet.dump").message, postgresRestore(url, "fleet.dump").message];

  it("are those that docs/operations.md has", () => {
    const lines = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8").split("\n");
    const commands = said.flatMap(commandsIn);
    expect(commands).toHaveLength(5);
    for (const command of commands) expect(lines).toContain(command);
  });

  it("hold no password, and odd names as they are", () => {
    expect(said.join()).not.toContain("a-secret-password");
    const odd = postgresRestore("postgresql://f%22x:pw@h/it's?password=pw2&sslmode=require", "o'clock.dump").message;
    expect(odd).toContain(`ALTER DATABASE "it's" RENAME TO "it's_before_restore";`);
    expect(odd).toContain(`OWNER "f""x"`);
    expect(odd).toContain(`'o'\\''clock.dump'`);
    expect(odd).not.toMatch(/pw2?[@&']/);
  });
});
