import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dependenciesAreCurrent, installDependencies } from "../../../scripts/setup/dependencies.mjs";
import { projectRoot } from "../../support/project-root.js";
import { makeTempFolder } from "../../support/temp-folder.js";

/** A checkout whose only dependencies are the ones with compiled parts, put there by hand. */
function makeCheckout(): string {
  const root = makeTempFolder("checkout");
  const modules = path.join(root, "node_modules");
  mkdirSync(modules);
  for (const name of ["better-sqlite3", "@node-rs", "@swc"]) {
    symlinkSync(path.join(projectRoot, "node_modules", name), path.join(modules, name));
  }
  const dependencies = { "better-sqlite3": "^12.0.0" };
  const packages = { "": { dependencies }, "node_modules/better-sqlite3": { version: "12.0.0" } };
  writeJson(path.join(root, "package.json"), { dependencies });
  writeJson(path.join(root, "package-lock.json"), { packages });
  writeJson(path.join(modules, ".package-lock.json"), { packages: { ...packages, "": undefined } });
  return root;
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, JSON.stringify(content));
}

async function install(root: string): Promise<void> {
  const compile = await installDependencies(root);
  await compile?.(() => undefined);
}

describe("the dependencies", () => {
  it("are not current in a fresh checkout", () => {
    const root = makeCheckout();
    rmSync(path.join(root, "node_modules"), { recursive: true });
    expect(dependenciesAreCurrent(root)).toBe(false);
  });

  it("are current after a good installation by hand, which is not repeated", async () => {
    const root = makeCheckout();
    expect(dependenciesAreCurrent(root)).toBe(false);
    await install(root);
    expect(dependenciesAreCurrent(root)).toBe(true);
    expect(readFileSync(path.join(root, ".setup/install.log"), "utf8")).not.toContain("npm");
  });

  it("are no longer current when the lock file changes", async () => {
    const root = makeCheckout();
    await install(root);
    appendFileSync(path.join(root, "package-lock.json"), "\n");
    expect(dependenciesAreCurrent(root)).toBe(false);
  });

  it("are no longer current when package.json asks for more", async () => {
    const root = makeCheckout();
    await install(root);
    writeJson(path.join(root, "package.json"), { dependencies: { "better-sqlite3": "^12.0.0", more: "1.0.0" } });
    expect(dependenciesAreCurrent(root)).toBe(false);
  });

  it("stay current when something else in package.json changes", async () => {
    const root = makeCheckout();
    await install(root);
    writeJson(path.join(root, "package.json"), { version: "2.0.0", dependencies: { "better-sqlite3": "^12.0.0" } });
    expect(dependenciesAreCurrent(root)).toBe(true);
  });

  it("are not installed while package.json and the lock file disagree, and nothing is lost", async () => {
    const root = makeCheckout();
    writeJson(path.join(root, "package.json"), { dependencies: { more: "1.0.0" } });
    await expect(install(root)).rejects.toThrow(/package\.json and package-lock\.json do not agree[^]*npm install/);
    expect(existsSync(path.join(root, "node_modules/better-sqlite3"))).toBe(true);
  });
});
