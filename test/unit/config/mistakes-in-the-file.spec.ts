import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigError } from "../../../src/config/config-error.js";
import { loadConfig } from "../../../src/config/load-config.js";
import { fernetKey, host, otherFernetKey, payloadKey, problemsOf, required, yamlOf } from "./config-fixture.js";

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
    ["a section in place of a value", "  port: { a: 1 }", "4: server.port: must be a whole number from 1 to 65535"],
    [
      "a colon without its space",
      "logging: {level:debug}",
      "4: logging: holds something that is no key: write `key: value`, with a space after the colon",
    ],
    ["text for a number", "  port: eighty", "4: server.port: must be a whole number from 1 to 65535"],
    ["a quoted number", '  port: "80"', "4: server.port: must be a whole number from 1 to 65535, without quotes"],
    ["a number out of range", "  port: 65536", "4: server.port: must be a whole number from 1 to 65535"],
    ["a number that is none", "  port: .nan", "4: server.port: must be a whole number from 1 to 65535"],
    [
      "a fraction where none may be",
      "  drain_seconds: 1.5",
      "4: server.drain_seconds: must be a whole number from 0 to 3600",
    ],
    ["a negative time", "  drain_seconds: -1", "4: server.drain_seconds: must be a whole number from 0 to 3600"],
    [
      "no time between heartbeats",
      "cluster:\n  heartbeat_interval: 0",
      "5: cluster.heartbeat_interval: must be a number from 0.1 to 3600",
    ],
    [
      "sessions of under a minute",
      "sessions:\n  ttl: 59",
      "5: sessions.ttl: must be a whole number from 60 to 31536000",
    ],
    ["a word for a switch", "  require_encryption: yes", "4: server.require_encryption: must be true or false"],
    [
      "a quoted switch",
      '  require_encryption: "true"',
      "4: server.require_encryption: must be true or false, without quotes",
    ],
    ["a number for text", "  web_username: 7", "4: server.web_username: must be text: put the value in quotes"],
    ["empty text", '  web_username: ""', "4: server.web_username: must not be empty"],
    [
      "an unknown backend",
      "cluster:\n  backend: reddis",
      "5: cluster.backend: must be one of postgres, redis, sqlite, file, postgresql",
    ],
    [
      "an unknown log level",
      "logging:\n  level: chatty",
      "5: logging.level: must be one of trace, debug, info, warn, error",
    ],
    [
      "a host name with a port",
      "  host: 0.0.0.0/0",
      "4: server.host: must be a host name or an address, without a port",
    ],
    [
      "a node id with a space",
      "cluster:\n  node_id: node one",
      "5: cluster.node_id: must be 1 to 128 letters, digits, dots, underscores or hyphens",
    ],
    ["a node id too long", `cluster:\n  node_id: ${"n".repeat(129)}`, "5: cluster.node_id: must be 1 to 128 letters"],
    [
      "a size without sense",
      "  max_report_size: 1 gallon",
      "4: server.max_report_size: must be a size from 1024 bytes to 67108864 bytes, such as 1mb, 512kb or 65536",
    ],
    ["a size too large", "  max_report_size: 65mb", "4: server.max_report_size: must be a size from 1024 bytes"],
    ["a size of a fraction", "  max_report_size: 2048.5", "4: server.max_report_size: must be a size from 1024 bytes"],
    ["a count of proxies", "  trust_proxy: 1", "4: server.trust_proxy: must be addresses or ranges"],
    ["trust in everybody", "  trust_proxy: true", "4: server.trust_proxy: must be addresses or ranges"],
    [
      "a range too wide",
      "  trust_proxy: [10.0.0.0/33]",
      "4: server.trust_proxy: entry 1 of 1: must be addresses or ranges",
    ],
    [
      "a sentinel without a port",
      "cluster:\n  redis_sentinels: [a:1, b]",
      "5: cluster.redis_sentinels: entry 2 of 2: must be host:port",
    ],
    [
      "a sentinel's port out of range",
      "cluster:\n  redis_sentinels: a:70000",
      "5: cluster.redis_sentinels: must be host:port",
    ],
    [
      "metrics without a path",
      "monitoring:\n  endpoint: metrics",
      "5: monitoring.endpoint: must be a path that starts with /, such as /metrics",
    ],
    [
      "a database of another kind",
      "db_url: mysql://u:p@h/d",
      "4: db_url: must be a URL like postgresql://user:password@host:5432/database",
    ],
    ["a database without a name", "db_url: postgresql://u:p@h", "4: db_url: must be a URL like"],
    ["an unencoded @ in a database's password", "db_url: postgresql://u:1/p@h/d", "4: db_url: must be a URL like"],
    ["an unencoded % in a database's password", "db_url: postgresql://u:1%zz@h/d", "4: db_url: must be a URL like"],
    [
      "a placeholder in a database's URL",
      "db_url: postgresql://u:REPLACE_WITH_THE_PASSWORD@h/d",
      "4: db_url: still has a placeholder for the password",
    ],
    [
      "the database given twice",
      "  db_path: x\n  db_backend: sqlite\ndb_backend: sqlite",
      "6: db_backend: server.db_backend in line 5 sets the same: keep one of the two",
    ],
    [
      "a short cluster secret",
      "cluster:\n  secret: short",
      "5: cluster.secret: must be 16 to 256 characters long, on one line",
    ],
  ])("is reported: %s", (_what, added, problem) => {
    const problems = problemsOf({ yaml: `${head}${added}\n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`config.yaml:${problem}`);
  });

  it.each<[what: string, settings: Record<string, unknown>, problem: string]>([
    [
      "a short API key",
      { "server.api_key": "1234567" },
      "2: server.api_key: must be 8 to 256 printable ASCII characters without spaces",
    ],
    ["an API key with a space", { "server.api_key": "agent key 1" }, "2: server.api_key: must be 8 to 256 printable"],
    ["an API key beyond ASCII", { "server.api_key": "schlüssel" }, "2: server.api_key: must be 8 to 256 printable"],
    [
      "an unquoted number as an API key",
      { "server.api_key": 12_345_678 },
      "2: server.api_key: must be one API key or a list of them, each in quotes",
    ],
    ["no API key in the list", { "server.api_key": [] }, "2: server.api_key: must hold at least one API key"],
    [
      "too many API keys",
      { "server.api_key": Array.from({ length: 17 }, (_, index) => `agent-key-${index}`) },
      "2: server.api_key: must hold at most 16 keys",
    ],
    [
      "the same API key twice",
      { "server.api_key": ["agent-key-1", "agent-key-1"] },
      "2: server.api_key: holds the same key twice: remove one",
    ],
    [
      "a short password",
      { "server.web_password": "1234567" },
      "3: server.web_password: must be 8 to 256 characters long, on one line",
    ],
    [
      "the guide's API key",
      { "server.api_key": "YOUR_API_KEY" },
      "2: server.api_key: is still a placeholder: replace it with a value of your own; `fleet-server keys generate` makes one (from a checkout: `npx fleet-server keys generate`)",
    ],
    [
      "the guide's Fernet key",
      { "server.db_encryption_key": "YOUR_FERNET_KEY" },
      "4: server.db_encryption_key: is still a placeholder: replace it",
    ],
    [
      "the guide's payload key",
      { "server.encryption_key": "YOUR_AES_GCM_KEY" },
      "4: server.encryption_key: is still a placeholder: replace it",
    ],
    [
      "the guide's Redis password",
      { "cluster.redis_password": "YOUR_REDIS_PASSWORD" },
      "5: cluster.redis_password: is still a placeholder: replace it",
    ],
    [
      "our own placeholder",
      { "server.web_password": "REPLACE_WITH_A_PASSWORD" },
      "3: server.web_password: is still a placeholder: replace it",
    ],
    [
      "a Fernet key cut short",
      { "server.db_encryption_key": fernetKey.slice(1) },
      "4: server.db_encryption_key: A Fernet key must be 32 random bytes in URL-safe base64 (44 characters), but this one has 43 characters. Make a new one with: fleet-server keys generate (from a checkout: npx fleet-server keys generate)",
    ],
    [
      "a Fernet key in the other alphabet",
      { "server.db_encryption_key": payloadKey },
      "4: server.db_encryption_key: A Fernet key must be",
    ],
    [
      "a payload key in the other alphabet",
      { "server.encryption_key": fernetKey },
      "4: server.encryption_key: A payload key must be 32 random bytes in standard base64 (44 characters), but this one is in URL-safe base64",
    ],
    [
      "the same Fernet key twice",
      { "server.db_encryption_key": [fernetKey, otherFernetKey, fernetKey] },
      "4: server.db_encryption_key: holds the same key twice: remove one",
    ],
    [
      "a wrong key in a list",
      { "server.db_encryption_key": [fernetKey, "abc"] },
      "6: server.db_encryption_key: entry 2 of 2: A Fernet key must be",
    ],
  ])("in a secret is reported without the secret: %s", (_what, settings, problem) => {
    const problems = problemsOf({ yaml: yamlOf({ ...required, ...settings }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`config.yaml:${problem}`);
  });

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

describe("all mistakes", () => {
  it("are reported at once, by line, those between settings included", () => {
    const yaml = `cluster:
  enabled: true
  node_timeout: 15
  backend: reddis
server:
  api_key: agent-key-1
  drain_seconds: 90
  prot: 1
machines:
  warning_after: 90
ssl:
  key_file: key.pem
logging:
  level: loud
`;
    expect(problemsOf({ yaml, env: { FLEET_SESSIONS__TTL: "1" } })).toEqual([
      "config.yaml:2: cluster.enabled: a cluster signs its node records: set server.db_encryption_key or cluster.secret, the same on all nodes",
      "config.yaml:3: cluster.node_timeout: must be at least twice cluster.heartbeat_interval, so that one late heartbeat does no harm",
      "config.yaml:4: cluster.backend: must be one of postgres, redis, sqlite, file, postgresql",
      "config.yaml:7: server.drain_seconds: server.shutdown_timeout must be above server.drain_seconds",
      'config.yaml:8: server.prot: unknown key, did you mean "server.port"?',
      "config.yaml:10: machines.warning_after: machines.offline_after must not be below machines.warning_after",
      "config.yaml:12: ssl.key_file: set both ssl.cert_file and ssl.key_file, or neither",
      "config.yaml:14: logging.level: must be one of trace, debug, info, warn, error",
      "config.yaml: server.web_password: is required: set it here (or server.web_password_file), or by FLEET_SERVER__WEB_PASSWORD",
      "environment: FLEET_SESSIONS__TTL: must be a whole number from 60 to 31536000",
    ]);
  });

  it("inside a misspelt section are reported as well, and nothing is called missing that stands there", () => {
    expect(problemsOf({ yaml: "sever:\n  api_key: agent-key-1\n  web_pasword: x\n  port: x\n" })).toEqual([
      'config.yaml:1: sever: unknown key, did you mean "server"?',
      'config.yaml:3: server.web_pasword: unknown key, did you mean "server.web_password"?',
      "config.yaml:4: server.port: must be a whole number from 1 to 65535",
    ]);
  });

  it("carry file, line, key and message for a program to read", () => {
    const error = new ConfigError([
      { file: "environment", key: "FLEET_X__Y", message: "unknown" },
      { file: "a.yaml", line: 9, key: "b", message: "wrong" },
      { file: "a.yaml", line: 2, key: "", message: "bad" },
    ]);
    expect(error.problems.map(({ line }) => line)).toEqual([2, 9, undefined]);
    expect(error.toString()).toBe("a.yaml:2: bad\na.yaml:9: b: wrong\nenvironment: FLEET_X__Y: unknown");
    expect(error).toMatchObject({ name: "ConfigError", code: "CONFIG_INVALID", message: error.toString() });
  });
});

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
