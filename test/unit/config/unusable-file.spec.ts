import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigError } from "../../../src/config/config-error.js";
import { loadConfig } from "../../../src/config/load-config.js";
import { host, problemsOf } from "./config-fixture.js";

describe("a file", () => {
  const missing = ["server.api_key", "server.web_password"].map(
    (key) => expect.stringContaining(`${key}: is required`) as string,
  );

  it.each([
    ["empty", ""],
    ["with nothing but comments", "# server:\n#   port: 1\n"],
    ["with empty sections", "server:\ncluster:\n"],
    ["that is null", "null\n"],
  ])("%s only lacks what is required", (_what, yaml) => {
    expect(problemsOf({ yaml })).toEqual(missing);
  });

  it.each([
    ["a list", "- server\n"],
    ["a word", "server\n"],
  ])("that is %s is refused", (_what, yaml) => {
    expect(problemsOf({ yaml })[0]).toBe("config.yaml:1: must hold keys with values, indented, each as `key: value`");
  });

  it("that is not there, or a folder, is refused with the reason alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "fleet-config-"));
    const file = join(folder, "no.yaml");
    const advice = "name an existing file with --config or FLEET_CONFIG";
    try {
      expect(() => loadConfig({ file, env: {}, host })).toThrow(
        new ConfigError([{ file, key: "", message: `cannot be read: there is no such file; ${advice}` }]),
      );
      expect(() => loadConfig({ file: folder, env: {}, host })).toThrow(
        new ConfigError([{ file: folder, key: "", message: `cannot be read: it is a directory; ${advice}` }]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("of any content is read or refused with a ConfigError", () => {
    const word = fc.constantFrom(
      "server",
      "cluster",
      "redis",
      "sessions",
      "api_key",
      "port",
      "*a",
      "&a",
      "<<",
      "null",
      "!t",
      "'",
      '"',
      "[",
      "]",
      "{",
      "}",
      "- ",
      ": ",
      ":",
      "\n",
      "\n  ",
      "\n    ",
      "#",
      "? ",
      "|",
      "%",
      "\t",
      "1",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 40 }).map((words) => words.join("")),
        ),
        (yaml) => {
          expect(Array.isArray(problemsOf({ yaml }))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
