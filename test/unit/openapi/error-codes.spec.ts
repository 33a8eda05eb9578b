import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { errorCodes } from "../../../src/openapi/error-codes.js";
import { projectRoot } from "../../support/project-root.js";

const manual = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8");

/** A code beside its status: what `new FleetError` is called with, and the table of those that frameworks make. */
const mentioned = /\b(?:[345]\d\d,\s*|[345]\d\d: \[)"([A-Z][A-Z_]+)"|code: "([A-Z][A-Z_]+)"/g;

/** Answered where the document describes nothing: an unknown address, a wrong method, a fault of ours, a client gone. */
const undescribed = new Set([
  "NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "REQUEST_TIMEOUT",
  "INTERNAL_ERROR",
  "CLIENT_GONE",
  "UNAVAILABLE",
  // Only in the log: the probe tells its reason in its own shape.
  "CLUSTER_UNAVAILABLE",
  // SQLite's own, which becomes BACKEND_UNAVAILABLE.
  "SQLITE_ERROR",
]);

function codesInSources(): string[] {
  const folder = path.join(projectRoot, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/^(config|cli|doctor|openapi)\//.test(file),
  );
  const texts = files.map((file) => readFileSync(path.join(folder, file), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(mentioned)].map(([, called, named]) => called ?? named ?? ""));
}

describe("the codes of errors", () => {
  it("are described, each that the sources name and no other", () => {
    const named = new Set(codesInSources().filter((code) => !undescribed.has(code)));
    expect(named.size).toBeGreaterThan(30);
    expect([...named].toSorted()).toEqual(Object.keys(errorCodes).toSorted());
  });

  it("stand in the manual", () => {
    const missing = Object.keys(errorCodes).filter((code) => !manual.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });
});
