import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../support/project-root.js";
import { places, runBlocks } from "./places.js";
import { shellBlocks } from "./shell-blocks.js";

const documents = execFileSync("git", ["ls-files", "*.md"], { cwd: projectRoot, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith("docs/decisions/"));
const blocks = documents.flatMap((file) => shellBlocks(file));

describe("the shell blocks of the documentation", () => {
  it("are run by a test, or say why not", () => {
    expect(blocks.length).toBeGreaterThan(8);
    expect(blocks.filter(({ mark }) => mark === null).map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it("name tests that there are, and places to be run in that there are", () => {
    for (const { file, line, mark } of blocks) {
      if (mark?.kind === "tested") {
        expect([file, line, mark.file, existsSync(path.join(projectRoot, mark.file))]).toEqual([
          file,
          line,
          mark.file,
          true,
        ]);
      }
      if (mark?.kind === "run")
        expect([file, line, Object.keys(places)]).toEqual([file, line, expect.arrayContaining([mark.place])]);
    }
  });

  it("are found with what is said above them, wherever they stand", () => {
    const text = [
      "<!-- run: node -->",
      "",
      "```bash",
      "one",
      "```",
      "- item",
      "  <!-- not run: it needs systemd -->",
      "  ```sh",
      "  two",
      "    three",
      "  ```",
      "```yaml",
      "four: 4",
      "```",
      "```bash",
      "five",
      "```",
    ].join("\n");
    expect(shellBlocks("some.md", text)).toEqual([
      { file: "some.md", line: 4, code: "one", mark: { kind: "run", place: "node" } },
      { file: "some.md", line: 9, code: "two\n  three", mark: { kind: "not run", why: "it needs systemd" } },
      { file: "some.md", line: 16, code: "five", mark: null },
    ]);
    expect(() => shellBlocks("some.md", "```bash\nfor ever")).toThrow("some.md:1: the block has no end");
  });

  it.each(Object.entries(places))(
    "do what they say: %s",
    async (name, open) => {
      const script = blocks.filter(({ mark }) => mark?.kind === "run" && mark.place === name);
      expect(script.length).toBeGreaterThan(0);
      await runBlocks(await open(), script);
    },
    600_000,
  );
});
