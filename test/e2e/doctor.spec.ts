import { writeFileSync } from "node:fs";
import path from "node:path";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { startFleetNode } from "../support/fleet-node.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";

async function doctor(configFile: string, ...options: string[]): Promise<{ code: number | null; output: string }> {
  const main = path.join(projectRoot, "dist/main.js");
  const command: RunningProcess = startProcess(process.execPath, [main, "doctor", "--config", configFile, ...options]);
  const { code } = await command.exited;
  return { code, output: command.output };
}

function configFile(text: string): string {
  const file = path.join(makeTempFolder("doctor"), "config.yaml");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

describe("fleet-server doctor", () => {
  it("finds nothing wrong beside a node that runs, a line for each check", async () => {
    const node = await startFleetNode();
    const { code, output } = await doctor(node.configFile);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^ok {7}configuration: valid$/m) as string,
    });
    expect(output).not.toMatch(/^failure/m);
    expect(
      output
        .trim()
        .split("\n")
        .every((line) => /^(ok|warning) +[a-z]+(\.[a-z]+)?: ./.test(line)),
    ).toBe(true);
    await node.stop();
  });

  it("ends with 1 where something failed, and gives programs one document", async () => {
    const file = configFile(
      "server: { api_key: agent-key-0123456789, web_password: correct horse battery, db_path: /proc/none/fleet.sqlite3 }",
    );
    const { code, output } = await doctor(file, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      status: "failure",
      checks: expect.arrayContaining([
        expect.objectContaining({ name: "database.folder", status: "failure", fix: expect.any(String) as string }),
      ]) as unknown,
    });
  });

  it.each([
    ["as lines", [], /^failure {2}configuration: .*server\.prot/m],
    ["as a document", ["--json"], /"status": "failure"/],
  ])(
    "ends with 78 for a configuration that cannot be used, and tells its mistakes %s",
    async (_how, options, expected) => {
      const { code, output } = await doctor(configFile("server: { prot: 1 }"), ...options);
      expect(code).toBe(78);
      expect(output).toMatch(expected);
    },
  );
});
