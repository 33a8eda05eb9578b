import { problemsOf } from "./config-fixture.js";

describe("a mistake in the file", () => {
  it.each<[what: string, yaml: string, problem: string]>([
    ["an unquoted *", "server:\n  web_password: *secret1\n", "2: a value that starts with * must be in quotes"],
    ["an unquoted !", "server:\n  web_password: !secret1\n", "2: a value that starts with ! must be in quotes"],
    ["an unquoted &", "server:\n  web_password: &secret1\n", "2: a value that starts with & must be in quotes"],
    ["an unquoted @", "server:\n  web_password: @secret1\n", "2: a value that starts with @, ` or % must be in quotes"],
    ["an unquoted `", "server:\n  web_password: `secret1\n", "2: a value that starts with @, ` or % must be in quotes"],
    [
      "a quote left open",
      "server:\n  web_password: 'secret1\n  port: 1\n",
      "2: a quote that opens here is never closed",
    ],
    ["text after a quote", 'server:\n  web_password: "secret1"23\n', "2: something stands here that does not belong"],
    [
      "an unknown escape",
      'server:\n  web_password: "secret\\q1"\n',
      "2: in double quotes a backslash must be written as \\\\; single quotes take it as it is",
    ],
    ["a tab", "server:\n\tweb_password: secret1\n", "2: indent with spaces, not with tabs"],
    [
      "a colon in a value",
      "server:\n  web_password: secret1: 2\n",
      "2: the indentation is wrong, or a value that holds a colon is not in quotes",
    ],
    [
      "a missing space",
      "server:\n  web_password:secret1\n  port: 1\n",
      "2: a key needs a colon and a space after it, as in `port: 8768`",
    ],
    [
      "a bracket left open",
      "server:\n  api_key: [secret1, secret2\n  port: 1\n",
      "3: the indentation is wrong, or a bracket is not closed",
    ],
    [
      "two documents",
      "server:\n  port: 1\n---\nserver:\n  port: 2\n",
      "3: the file must hold one document: remove the --- between them",
    ],
  ])("of syntax is reported without quoting it: %s", (_what, yaml, problem) => {
    const problems = problemsOf({ yaml });
    expect(problems.join("\n")).toContain(`config.yaml:${problem}`);
    expect(problems.join("\n")).not.toContain("secret1");
    expect(problems.join("\n")).not.toContain("required");
  });

  it("above a mistake of syntax is reported too, but nothing is guessed about what stands below", () => {
    expect(
      problemsOf({ yaml: "server:\n  prot: 1\n  host: @x\n  hots: y\n", env: { FLEET_SERVER__PORT: "x" } }),
    ).toEqual([
      'config.yaml:2: server.prot: unknown key, did you mean "server.port"?',
      "config.yaml:3: a value that starts with @, ` or % must be in quotes",
      "environment: FLEET_SERVER__PORT: must be a whole number from 1 to 65535",
    ]);
  });
});
