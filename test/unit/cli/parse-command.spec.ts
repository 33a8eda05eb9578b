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
    [["keys", "generate", "--help"], { name: "help" }],
    [["-h"], { name: "help" }],
  ])("understands %j", (argv, expected) => {
    expect(parseCommand(argv)).toEqual(expected);
  });

  it.each([
    [["doctor"]],
    [["confg", "check"]],
    [["config", "chekc"]],
    [["start", "now"]],
    [["--chek"]],
    [["--config"]],
    [["--config="]],
    [["--config", "--check"]],
    [["keys"]],
  ])("starts nothing for %j, and says what is wrong", (argv) => {
    expect(parseCommand(argv)).toEqual({ name: "unknown", problem: expect.stringMatching(/\w/) as string });
  });
});
