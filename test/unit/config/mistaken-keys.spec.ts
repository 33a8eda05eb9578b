import { problemsOf } from "./config-fixture.js";

// Three lines, so that what a test adds starts at line 4.
const head = `server:\n  api_key: "agent-key"\n  web_password: "a password"\n`;

describe("a mistake in the file", () => {
  it.each<[what: string, added: string, problem: string]>([
    ["a misspelt key", "  prot: 1", '4: server.prot: unknown key, did you mean "server.port"?'],
    ["a key in camel case", "  dbPath: x", '4: server.dbPath: unknown key, did you mean "server.db_path"?'],
    ["a key with a hyphen", "  db-path: x", '4: server.db-path: unknown key, did you mean "server.db_path"?'],
    ["a key like no other", "  zzzzzzzz: x", "4: server.zzzzzzzz: unknown key, remove it"],
    ["a key without its section", "port: 1", '4: port: unknown key, did you mean "server.port"?'],
    ["a key of another section", "  cert_file: x", '4: server.cert_file: unknown key, did you mean "ssl.cert_file"?'],
    [
      "a key by another section's name for it",
      "sessions:\n  redis_host: x",
      '5: sessions.redis_host: unknown key, did you mean "sessions.redis.host"?',
    ],
    [
      "a section by another section's way",
      "cluster:\n  redis:\n    host: x",
      '6: cluster.redis.host: unknown key, did you mean "cluster.redis_host"?',
    ],
    ["a misspelt section", "clutser:\n  enabled: false", '4: clutser: unknown key, did you mean "cluster"?'],
    [
      "a misspelt secret file",
      "  api_key_fiel: x",
      '4: server.api_key_fiel: unknown key, did you mean "server.api_key_file"?',
    ],
    ["a file for what is no secret", "  host_file: x", "4: server.host_file: unknown key, "],
    [
      "a key written twice",
      "  api_key: other-key",
      "4: server.api_key: is written twice, first in line 2: keep one of the two",
    ],
    [
      "a value in place of a section",
      "cluster: true",
      "4: cluster: must hold keys with values, indented, each as `key: value`",
    ],
    ["a list in place of a section", "cluster: [a]", "4: cluster: must hold keys with values"],
    [
      "a colon without its space",
      "logging: {level:debug}",
      "4: logging: holds something that is no key: write `key: value`, with a space after the colon",
    ],
    [
      "the database given twice",
      "  db_path: x\n  db_backend: sqlite\ndb_backend: sqlite",
      "6: db_backend: server.db_backend in line 5 sets the same: keep one of the two",
    ],
  ])("is reported: %s", (_what, added, problem) => {
    const problems = problemsOf({ yaml: `${head}${added}\n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`config.yaml:${problem}`);
  });
});
