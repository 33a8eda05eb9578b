import { parseCommand } from "../../../src/cli/parse-command.js";

describe("the command line", () => {
  it.each([
    [[], { name: "start", configFile: undefined }],
    [["--config", "a.yaml"], { name: "start", configFile: "a.yaml" }],
    [["--config=a.yaml", "--check"], { name: "check", configFile: "a.yaml" }],
    [["--config", "config"], { name: "start", configFile: "config" }],
    [["start", "--config", "a.yaml"], { name: "start", configFile: "a.yaml" }],
    [["config", "check", "--config", "a.yaml"], { name: "check", configFile: "a.yaml" }],
    [["keys", "generate"], { name: "generate-keys" }],
    [
      ["keys", "rotate"],
      { name: "rotate-keys", configFile: undefined, options: { rowsPerSecond: 2000, waitSeconds: 300, gone: [] } },
    ],
    [
      ["keys", "rotate", "--rate", "50", "--wait", "5", "--gone", "a", "--gone", "b", "--config", "a.yaml"],
      { name: "rotate-keys", configFile: "a.yaml", options: { rowsPerSecond: 50, waitSeconds: 5, gone: ["a", "b"] } },
    ],
    [
      ["import", "--from", "old.sqlite3", "--timezone", "UTC", "--key-file", "k", "--config", "a.yaml"],
      {
        name: "import",
        configFile: "a.yaml",
        options: { from: "old.sqlite3", zone: "UTC", key: undefined, keyFile: "k" },
      },
    ],
    [["doctor"], { name: "doctor", configFile: undefined, options: { json: false } }],
    [["doctor", "--json", "--config", "a.yaml"], { name: "doctor", configFile: "a.yaml", options: { json: true } }],
    [["keys", "generate", "--help"], { name: "help" }],
    [["-h"], { name: "help" }],
  ])("understands %j", (argv, expected) => {
    expect(parseCommand(argv)).toEqual(expected);
  });

  it.each([
    [["confg", "check"]],
    [["config", "chekc"]],
    [["start", "now"]],
    [["--chek"]],
    [["--config"]],
    [["--config="]],
    [["--config", "--check"]],
    [["keys"]],
    [["keys", "rotate", "--rate", "0"]],
    [["keys", "rotate", "--rate", "fast"]],
    [["keys", "rotate", "--wait", "0"]],
    [["import", "--from", "old.sqlite3"]],
    [["import", "--timezone", "UTC"]],
  ])("starts nothing for %j, and says what is wrong", (argv) => {
    expect(parseCommand(argv)).toEqual({ name: "unknown", problem: expect.stringMatching(/\w/) as string });
  });
});
