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
    [
      ["doctor", "--url", "https://fleet.example.com"],
      { name: "doctor", configFile: undefined, options: { json: false, url: "https://fleet.example.com" } },
    ],
    [
      ["backup", "--to", "b.sqlite3", "--force", "--config", "a.yaml"],
      { name: "backup", configFile: "a.yaml", options: { to: "b.sqlite3", force: true } },
    ],
    [["restore", "--from", "b"], { name: "restore", configFile: undefined, options: { from: "b" } }],
    [["restore", "--finish"], { name: "restore", configFile: undefined, options: { finish: true } }],
    [["users", "list"], { name: "users", configFile: undefined, options: { do: "list", json: false } }],
    [
      ["users", "add", "alice", "--role", "admin"],
      { name: "users", configFile: undefined, options: { do: "add", username: "alice", role: "admin" } },
    ],
    [
      ["users", "role", "alice", "viewer", "--config", "a.yaml"],
      { name: "users", configFile: "a.yaml", options: { do: "role", username: "alice", role: "viewer" } },
    ],
    [
      ["users", "password", "alice"],
      { name: "users", configFile: undefined, options: { do: "password", username: "alice" } },
    ],
    [
      ["users", "remove", "alice"],
      { name: "users", configFile: undefined, options: { do: "remove", username: "alice" } },
    ],
    [["api-keys", "list", "--json"], { name: "api-keys", configFile: undefined, options: { do: "list", json: true } }],
    [
      ["api-keys", "create", "grafana", "--scope", "read"],
      {
        name: "api-keys",
        configFile: undefined,
        options: { do: "create", name: "grafana", scope: "read", expires: undefined, requestsPerMinute: undefined },
      },
    ],
    [
      ["api-keys", "create", "grafana", "--scope", "read", "--expires", "2027-06-30", "--requests-per-minute", "90"],
      {
        name: "api-keys",
        configFile: undefined,
        options: {
          do: "create",
          name: "grafana",
          scope: "read",
          expires: "2027-06-30T23:59:59Z",
          requestsPerMinute: 90,
        },
      },
    ],
    [
      ["api-keys", "remove", "grafana"],
      { name: "api-keys", configFile: undefined, options: { do: "remove", name: "grafana" } },
    ],
    [["help"], { name: "help" }],
    [["help", "users"], { name: "help" }],
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

  it.each([
    [["confg", "check"], 'There is no command "confg check". Did you mean "config check"?'],
    [["doctr"], 'There is no command "doctr". Did you mean "doctor"?'],
    [["backp", "--to", "b"], 'There is no command "backp". Did you mean "backup"?'],
    [["users", "ad", "alice"], 'There is no command "users ad alice". Did you mean "users add"?'],
    [["something", "else"], 'There is no command "something else".'],
    [["users"], "users needs one of list, add, password, role, remove"],
    [["users", "add"], "users add needs NAME"],
    [["users", "role"], "users role needs NAME and ROLE"],
    [["users", "add", "alice"], "users add needs --role: viewer, operator or admin"],
    [["users", "remove", "alice", "bob"], 'users remove has nothing to do with "bob"'],
    [["users", "list", "--to", "x"], "users list has no option --to"],
    [["doctor", "--jsn"], "There is no option --jsn. Did you mean --json?"],
    [["api-keys", "create", "x"], "api-keys create needs --scope: what the key may do, read for example"],
    [["api-keys", "create", "x", "--scope", "read", "--expires", "tomorrow"], /--expires is a day/],
    [["api-keys", "create", "x", "--scope", "read", "--expires", "2027-13-40"], /--expires is a day/],
    [["backup"], /needs the file to write/],
    [["restore"], /needs the backup to read/],
    [["restore", "--from", "b", "--finish"], /needs the backup to read/],
    [["doctor", "--url", "fleet.example.com"], /the load balancer's address/],
  ])("says of %j what to do", (argv, problem) => {
    const said = typeof problem === "string" ? problem : (expect.stringMatching(problem) as string);
    expect(parseCommand(argv)).toEqual({ name: "unknown", problem: said });
  });
});
