import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, buildIsCurrent } from "../../../scripts/setup/build.mjs";
import { projectRoot } from "../../support/project-root.js";
import { makeTempFolder } from "../../support/temp-folder.js";

/** A checkout with two small projects. */
function makeCheckout(): string {
  const root = makeTempFolder("checkout");
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(root, "node_modules"));
  const library = { lib: ["es5"], skipLibCheck: true, types: [] };
  const compilerOptions = { module: "nodenext", target: "es2022", incremental: true, ...library };
  const output = { rootDir: "src", outDir: "dist", tsBuildInfoFile: "dist/.tsbuildinfo" };
  write(root, "tsconfig.json", JSON.stringify({ compilerOptions }));
  write(
    root,
    "tsconfig.build.json",
    JSON.stringify({ extends: "./tsconfig.json", compilerOptions: output, include: ["src"] }),
  );
  write(
    root,
    "agent/tsconfig.json",
    JSON.stringify({ extends: "../tsconfig.json", compilerOptions: output, include: ["src"] }),
  );
  write(root, "package.json", JSON.stringify({ type: "module" }));
  write(root, "src/main.ts", "export const answer: number = 42;\n");
  write(root, "src/feature/part.ts", "export const part: number = 1;\n");
  write(root, "agent/src/main.ts", "export {};\n");
  return root;
}

function write(root: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

describe("the build", () => {
  it("is made once and then recognised", async () => {
    const root = makeCheckout();
    expect(buildIsCurrent(root)).toBe(false);
    await build(root);
    expect(buildIsCurrent(root)).toBe(true);
    expect(existsSync(path.join(root, "dist/feature/part.js"))).toBe(true);
    expect(existsSync(path.join(root, "agent/dist/main.js"))).toBe(true);
  });

  it("follows a changed source", async () => {
    const root = makeCheckout();
    await build(root);
    write(root, "src/main.ts", "export const answer: number = 43;\n");
    expect(buildIsCurrent(root)).toBe(false);
    await build(root);
    expect(readFileSync(path.join(root, "dist/main.js"), "utf8")).toContain("43");
  });

  it("removes what was built from a source that is gone, and its empty folder", async () => {
    const root = makeCheckout();
    await build(root);
    rmSync(path.join(root, "src/feature"), { recursive: true });
    expect(buildIsCurrent(root)).toBe(false);
    await build(root);
    expect(existsSync(path.join(root, "dist/feature"))).toBe(false);
    expect(existsSync(path.join(root, "dist/main.js"))).toBe(true);
  });

  it("brings back a built file that somebody removed", async () => {
    const root = makeCheckout();
    await build(root);
    rmSync(path.join(root, "dist/feature/part.js"));
    expect(buildIsCurrent(root)).toBe(false);
    await build(root);
    expect(existsSync(path.join(root, "dist/feature/part.js"))).toBe(true);
  });

  it("shows the compiler's messages, names the log and is not taken for a good one", async () => {
    const root = makeCheckout();
    write(root, "src/main.ts", 'export const answer: number = "42";\n');
    await expect(build(root)).rejects.toThrow(/src\/main\.ts\(1,14\): error TS2322[^]*build\.log/);
    expect(buildIsCurrent(root)).toBe(false);
  });
});
