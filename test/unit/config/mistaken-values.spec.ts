import { problemsOf } from "./config-fixture.js";

// Three lines, so that what a test adds starts at line 4.
const head = `server:\n  api_key: "agent-key"\n  web_password: "a password"\n`;

describe("a mistake in the file", () => {
  it.each<[what: string, added: string, problem: string]>([
    ["a section in place of a value", "  port: { a: 1 }", "4: server.port: must be a whole number from 1 to 65535"],
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
      "a short cluster secret",
      "cluster:\n  secret: short",
      "5: cluster.secret: must be 16 to 256 characters long, on one line",
    ],
  ])("is reported: %s", (_what, added, problem) => {
    const problems = problemsOf({ yaml: `${head}${added}\n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`config.yaml:${problem}`);
  });
});
