import dockerignore from "@balena/dockerignore";
import { DockerfileParser, type From, type Instruction } from "dockerfile-ast";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../support/project-root.js";

const read = (name: string) => readFileSync(path.join(projectRoot, name), "utf8");
const dockerfile = DockerfileParser.parse(read("Dockerfile"));
const ignore = dockerignore.default().add(read(".dockerignore"));
const lineOf = (instruction: Instruction) => instruction.getRange().start.line;

/** What one stage does itself, without the stages that it builds on. */
function stage(name: string) {
  const froms = dockerfile.getFROMs();
  const index = froms.findIndex((from) => from.getBuildStage() === name);
  const [from, next] = [froms[index], froms[index + 1]];
  if (from === undefined) throw new Error(`there is no stage ${name}`);
  const instructions = dockerfile
    .getInstructions()
    .filter((one) => lineOf(one) > lineOf(from) && (next === undefined || lineOf(one) < lineOf(next)));
  const named = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);
  return { base: from.getImage(), last: (keyword: string) => named(keyword).at(-1)?.getArgumentsContent(), named };
}

describe("the Dockerfile", () => {
  it("builds with compilers and ships without them, on the same release of Node.js", () => {
    const stages = dockerfile.getFROMs().map((from: From) => `${from.getBuildStage()}: ${from.getImage()}`);
    expect(stages).toEqual([
      "build: node:${NODE_VERSION}-bookworm",
      "server-packages: build",
      "agent-packages: build",
      "runtime: node:${NODE_VERSION}-bookworm-slim",
      "agent: runtime",
      "server: runtime",
    ]);
    expect(dockerfile.getInitialARGs().map((arg) => arg.getArgumentsContent())).toEqual(["NODE_VERSION=24"]);
    expect(stage("runtime").last("ENTRYPOINT")).toBe('["/usr/bin/tini", "--"]');
    expect(stage("runtime").last("ENV")).toBe("NODE_ENV=production");
  });

  it.each(["server", "agent"])("runs the %s as a user of its own without rights, and says how it is", (name) => {
    const { last, named } = stage(name);
    expect(last("USER")).toBe("10001:10001");
    expect(last("CMD")).toBe('["node", "dist/main.js"]');
    expect(last("HEALTHCHECK")).toBe('CMD ["node", "health-check.mjs"]');
    expect(last("LABEL")).toMatch(/org\.opencontainers\.image\.title/);
    // Whoever may change the program could make it another one.
    expect(named("COPY").every((copy) => !copy.getTextContent().includes("--chown"))).toBe(true);
  });

  it("copies only what is there and what reaches the build", () => {
    const copies = dockerfile.getCOPYs().filter((copy) => copy.getFromFlag() === null);
    const sources = copies.flatMap((copy) => copy.getArguments().slice(0, -1)).map((source) => source.getValue());
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      expect([source, existsSync(path.join(projectRoot, source))]).toEqual([source, true]);
      expect([source, ignore.ignores(source)]).toEqual([source, false]);
    }
    const stages = new Set(dockerfile.getFROMs().map((from) => from.getBuildStage()));
    for (const copy of dockerfile.getCOPYs()) {
      const from = copy.getFromFlag();
      if (from !== null) expect(stages).toContain(from.getValue());
    }
  });

  it("sees neither secrets nor data nor what was built here", () => {
    const strangers = [
      "secrets/api_key.txt",
      ".env",
      "data/config.yaml",
      "config.yaml",
      ".git/config",
      "node_modules/x",
    ];
    for (const file of [...strangers, "dist/main.js", "agent/dist/main.js", "dashboard/node_modules/x/y.js"]) {
      expect([file, ignore.ignores(file)]).toEqual([file, true]);
    }
  });

  it("copies every source that the build reads", () => {
    const tracked = execFileSync("git", ["ls-files", "src", "agent/src", "dashboard", "scripts/setup"], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    const files = tracked.trim().split("\n");
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => ignore.ignores(file))).toEqual([]);
  });
});
