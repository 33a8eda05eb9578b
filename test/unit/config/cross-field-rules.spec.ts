import { crossFieldRules } from "../../../src/config/cross-field-rules.js";
import { knownSettings } from "../../../src/config/known-settings.js";
import { fernetKey, payloadKey, problemsOf, required, yamlOf } from "./config-fixture.js";

type Settings = Record<string, unknown>;
const url = "postgresql://u:p@h/d";

describe("what must hold between settings", () => {
  it.each<[settings: Settings, problem: string]>([
    [{ "cluster.heartbeat_interval": 16 }, "cluster.heartbeat_interval: cluster.node_timeout must be at least twice"],
    [{ "cluster.node_timeout": 19.9 }, "cluster.node_timeout: must be at least twice cluster.heartbeat_interval"],
    [{ "machines.offline_after": 29 }, "machines.offline_after: must not be below machines.warning_after"],
    [{ "server.shutdown_timeout": 10 }, "server.shutdown_timeout: must be above server.drain_seconds"],
    [{ "ssl.cert_file": "c" }, "ssl.cert_file: set both ssl.cert_file and ssl.key_file, or neither"],
    [{ "ssl.key_file": "k" }, "ssl.key_file: set both ssl.cert_file and ssl.key_file, or neither"],
    [{ "server.require_encryption": true }, "server.require_encryption: needs server.encryption_key"],
    [{ "cluster.enabled": true }, "cluster.enabled: a cluster signs its node records: set server.db_encryption_key or"],
    [{ "monitoring.enabled": true, "monitoring.port": 8768 }, "monitoring.port: must differ from server.port"],
    [{ "monitoring.enabled": true, "server.port": 9090 }, "server.port: monitoring.port must differ from server.port"],
  ])("is refused: %j", (settings, problem) => {
    const problems = problemsOf({ yaml: yamlOf({ ...required, ...settings }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^config\.yaml:\d+: /);
    expect(problems[0]).toContain(problem);
  });

  it.each<Settings>([
    { "cluster.heartbeat_interval": 15 },
    { "cluster.heartbeat_interval": 0.1, "cluster.node_timeout": 0.2 },
    { "machines.offline_after": 30 },
    { "server.shutdown_timeout": 11 },
    { "server.shutdown_timeout": 1, "server.drain_seconds": 0 },
    { "ssl.cert_file": "c", "ssl.key_file": "k" },
    { "server.require_encryption": true, "server.encryption_key": payloadKey },
    { "cluster.enabled": true, "server.db_encryption_key": fernetKey },
    { "cluster.enabled": true, "cluster.secret": "a shared secret of the nodes" },
    { "cluster.enabled": true, "cluster.secret": "a shared secret of the nodes", "cluster.backend": "redis" },
    { "monitoring.port": 8768 },
    { "cluster.backend": "postgres" },
    { "server.db_backend": "postgres", "server.db_url": url },
    { db_backend: "postgresql", db_url: url },
    { "sessions.backend": "sqlite" },
    { "sessions.backend": "postgres", "server.db_url": url },
    { "sessions.backend": "postgresql", "sessions.db_url": url },
    { "cluster.enabled": true, "cluster.secret": "a shared secret of the nodes", "cluster.backend": "sqlite" },
    {
      "cluster.enabled": true,
      "cluster.secret": "a shared secret of the nodes",
      "cluster.backend": "postgres",
      "cluster.db_url": url,
    },
  ])("is fine: %j", (settings) => {
    expect(problemsOf({ yaml: yamlOf({ ...required, ...settings }) })).toEqual([]);
  });

  it.each<[settings: Settings, problems: string[]]>([
    [{ "server.db_backend": "postgresql" }, ["server.db_backend: the postgresql backend needs server.db_url"]],
    [{ db_backend: "postgres" }, ["db_backend: the postgresql backend needs server.db_url"]],
    [
      { "sessions.backend": "postgresql" },
      ["sessions.backend: the postgres backend needs sessions.db_url or server.db_url"],
    ],
    [
      { "cluster.enabled": true, "server.db_encryption_key": fernetKey, "cluster.backend": "postgresql" },
      ["cluster.backend: the postgres backend needs cluster.db_url or server.db_url"],
    ],
  ])("of the backends is refused: %j", (settings, problems) => {
    const found = problemsOf({ yaml: yamlOf({ ...required, ...settings }) });
    expect(found.map((problem) => problem.replace(/^config\.yaml:\d+: /, ""))).toEqual(problems);
  });

  it("is not judged by a value that is wrong by itself", () => {
    const yaml = yamlOf({ ...required, "cluster.node_timeout": "soon", "cluster.heartbeat_interval": 3600 });
    expect(problemsOf({ yaml })).toEqual([expect.stringContaining("cluster.node_timeout: must be a number from")]);
  });

  it("is not judged while a misspelt key may hold what is compared", () => {
    const yaml = yamlOf({ ...required, "cluster.enabled": true, "cluster.secrte": "a shared secret of the nodes" });
    expect(problemsOf({ yaml })).toEqual([expect.stringContaining('did you mean "cluster.secret"?')]);
  });

  it("is shown at the variable when the environment breaks it", () => {
    expect(problemsOf({ yaml: yamlOf(required), env: { FLEET_SERVER__DRAIN_SECONDS: "60" } })).toEqual([
      "environment: FLEET_SERVER__DRAIN_SECONDS: server.shutdown_timeout must be above server.drain_seconds",
    ]);
  });

  it("names settings that exist", () => {
    const paths = knownSettings.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...new Set(crossFieldRules.flatMap(({ keys }) => keys))]));
  });
});
