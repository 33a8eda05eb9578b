import { ConfigError } from "../../../src/config/config-error.js";
import { problemsOf } from "./config-fixture.js";

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
