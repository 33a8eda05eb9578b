import fc from "fast-check";
import { environmentName, knownSettings } from "../../../src/config/known-settings.js";
import {
  apiKey,
  fernetKey,
  load,
  otherFernetKey,
  payloadKey,
  problemsOf,
  webPassword,
  yamlOf,
} from "./config-fixture.js";

// A value other than the default for every setting. The first ones need each other.
const together = {
  "server.api_key": ["agent-key-1", "agent-key-2"],
  "server.web_password": webPassword,
  "server.db_encryption_key": [fernetKey, otherFernetKey],
  "server.encryption_key": [payloadKey],
  "ssl.cert_file": "cert.pem",
  "ssl.key_file": "key.pem",
};
const alone: Record<string, unknown> = {
  "organization.name": "8768",
  "server.host": "0.0.0.0",
  "server.port": 9000,
  "server.web_username": "true",
  "server.db_backend": "sqlite",
  "server.db_path": "/srv/fleet.sqlite3",
  "server.db_url": "postgresql://u:p@h/d",
  "server.require_encryption": true,
  "server.max_connections": 10,
  "server.thread_pool_size": 8,
  "server.request_timeout": 5,
  "server.max_report_size": "2mb",
  "server.trust_proxy": "10.0.0.0/8",
  "server.api_key_requests_per_minute": 60,
  "server.drain_seconds": 0,
  "server.shutdown_timeout": 90,
  "server.history_size": 100,
  "server.history_retention_days": 7,
  "history.raw_hours": 1,
  "history.five_minute_days": 1,
  "history.hourly_days": 1,
  "history.detail_interval": 1,
  "machines.warning_after": 31,
  "machines.offline_after": 61,
  "machines.hide_names": true,
  "alerts.enabled": false,
  "alerts.interval": 1.5,
  "alerts.grace": 0,
  "alerts.machine_offline.enabled": false,
  "alerts.machine_offline.after": 90,
  "alerts.machine_offline.severity": "warning",
  "alerts.mass_loss.at_least": 5,
  "alerts.mass_loss.share": 0.5,
  "alerts.mass_loss.window": 60,
  "alerts.mass_loss.severity": "warning",
  ...Object.fromEntries(
    ["cpu", "memory", "disk"].flatMap((figure) =>
      Object.entries({ enabled: false, above: 80.5, for: 0, severity: "critical" }).map(([key, value]) => [
        `alerts.${figure}.${key}`,
        value,
      ]),
    ),
  ),
  "alerts.node_inactive.enabled": false,
  "alerts.node_inactive.for": 1,
  "alerts.node_inactive.severity": "warning",
  "alerts.settings_differ.enabled": false,
  "alerts.settings_differ.for": 1,
  "alerts.settings_differ.severity": "critical",
  "alerts.certificate.enabled": false,
  "alerts.certificate.days": 30,
  "alerts.certificate.severity": "critical",
  "alerts.overrides": [{ tag: "5", cpu: "off", machine_offline: { after: 600 }, disk: { above: 50 } }],
  "alerts.receivers": [
    { name: "1", type: "slack", url: "https://chat.example.com/x", min_severity: "critical", kinds: ["cpu"] },
  ],
  "alerts.web_url": "https://fleet.example.com",
  "alerts.smtp.host": "smtp",
  "alerts.smtp.port": 25,
  "alerts.smtp.tls": "none",
  "alerts.smtp.username": "1",
  "alerts.smtp.password": "1",
  "alerts.smtp.from": "a@b.example",
  "cluster.enabled": true,
  "cluster.backend": "redis",
  "cluster.hostname": "node-1",
  "cluster.node_id": "1",
  "cluster.port": 443,
  "cluster.secret": "[sixteen characters]",
  "cluster.heartbeat_interval": 0.5,
  "cluster.node_timeout": 25.5,
  "cluster.forget_after": 60,
  "cluster.lease_timeout": 12,
  "cluster.redis_host": "redis-1",
  "cluster.redis_port": 1,
  "cluster.redis_db": 3,
  "cluster.redis_username": "null",
  "cluster.redis_password": "12345678",
  "cluster.redis_tls": true,
  "cluster.redis_sentinels": "s:1",
  "cluster.redis_ca_file": "redis-ca.pem",
  "cluster.redis_sentinel_name": "primary",
  "cluster.redis_sentinel_username": "u",
  "cluster.redis_sentinel_password": "p",
  "cluster.state_path": "/srv/state.json",
  "cluster.db_url": "postgresql://u:p@c/d",
  "sessions.backend": "redis",
  "sessions.ttl": 61,
  "sessions.redis.host": "redis-2",
  "sessions.redis.port": 2,
  "sessions.redis.db": 4,
  "sessions.redis.username": "u",
  "sessions.redis.password": "#not a comment",
  "sessions.redis.tls": true,
  "sessions.redis.sentinels": "s:2",
  "sessions.redis.ca_file": "redis-ca.pem",
  "sessions.redis.sentinel_name": "primary",
  "sessions.redis.sentinel_username": "u",
  "sessions.redis.sentinel_password": "p",
  "sessions.db_path": "s.db",
  "sessions.session_dir": "s",
  "sessions.db_url": "postgresql://u:p@s/d",
  "sessions.secret": "sixteen characters",
  "monitoring.enabled": true,
  "monitoring.host": "::1",
  "monitoring.port": 9091,
  "monitoring.endpoint": "/m",
  "logging.level": "debug",
  "logging.format": "pretty",
  "logging.file": "fleet.log",
};

function variables(settings: Record<string, unknown>): Record<string, string> {
  const toText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(settings).map(([path, value]) => [environmentName(path), toText(value)]));
}

describe("the environment", () => {
  it("can give every setting there is", () => {
    const settings = { ...together, ...alone };
    expect(Object.keys(settings).sort()).toEqual(knownSettings.map(({ path }) => path).sort());
    expect(load({ env: variables(settings) })).toEqual(load({ yaml: yamlOf(settings) }));
  });

  it("says the same as the file, whatever each of them holds", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(alone)), (paths) => {
        const chosen = Object.fromEntries(paths.map((path) => [path, alone[path]]));
        const others = Object.fromEntries(Object.entries(alone).filter(([path]) => !paths.includes(path)));
        const everything = load({ yaml: yamlOf({ ...together, ...alone }) });
        expect(load({ yaml: yamlOf({ ...together, ...others }), env: variables(chosen) })).toEqual(everything);
      }),
      { numRuns: 25 },
    );
  });

  it("wins over the file", () => {
    const yaml = yamlOf({ "server.api_key": apiKey, "server.web_password": webPassword, "server.port": 1 });
    const env = { FLEET_SERVER__PORT: "2", FLEET_SERVER__API_KEY: "from-the-environment" };
    expect(load({ yaml, env }).server).toMatchObject({ port: 2, api_key: ["from-the-environment"] });
  });

  it("wins over the other way of naming the database in the file", () => {
    const yaml = yamlOf({ ...together, db_url: "postgresql://u:p@file/d" });
    expect(load({ yaml, env: { FLEET_SERVER__DB_URL: "postgresql://u:p@env/d" } }).server.db_url).toContain("@env/");
    expect(load({ yaml, env: { FLEET_DB_URL: "postgresql://u:p@env/d" } }).server.db_url).toContain("@env/");
  });

  it.each([
    ["one value", "agent-key-1", ["agent-key-1"]],
    ["a JSON list", '["agent-key-1", "12345678"]', ["agent-key-1", "12345678"]],
    ["a YAML flow list", "[agent-key-1, 12345678]", ["agent-key-1", "12345678"]],
  ])("gives a list as %s", (_what, text, keys) => {
    expect(load({ env: { ...variables(together), FLEET_SERVER__API_KEY: text } }).server.api_key).toEqual(keys);
  });

  it.each([
    ["TRUE", true],
    ["false", false],
  ])("may write a switch as %s", (text, value) => {
    expect(
      load({ env: { ...variables(together), FLEET_SERVER__REQUIRE_ENCRYPTION: text } }).server.require_encryption,
    ).toBe(value);
  });

  it.each([
    ["an empty variable", "FLEET_SERVER__PORT", ""],
    ["the name of the file", "FLEET_CONFIG", "other.yaml"],
    ["the agent's own settings", "FLEET_AGENT_SERVER__URL", "http://127.0.0.1"],
    ["variables of other programs", "FLEET_HOME", "/opt/fleet"],
    ["variables of other names", "SERVER__PROT", "1"],
    ["a service link of Kubernetes", "FLEET_SERVER_PORT", "tcp://10.0.0.1:8768"],
    ["a service's host of Kubernetes", "FLEET_SERVER_SERVICE_HOST", "10.0.0.1"],
    ["a service's port of Kubernetes", "FLEET_SERVER_SERVICE_PORT", "8768"],
    ["a service's address of Kubernetes", "FLEET_SERVER_PORT_8768_TCP_ADDR", "10.0.0.1"],
  ])("may hold %s", (_what, name, text) => {
    expect(load({ env: { ...variables(together), [name]: text } })).toEqual(load({ env: variables(together) }));
  });

  it.each([
    ["FLEET_SERVER__PROT", "1", 'unknown variable, did you mean "FLEET_SERVER__PORT"?'],
    ["FLEET_SERVER_PORT", "1", 'unknown variable, did you mean "FLEET_SERVER__PORT"?'],
    ["FLEET_SESSIONS_REDIS_HOST", "r", 'unknown variable, did you mean "FLEET_SESSIONS__REDIS__HOST"?'],
    ["FLEET_SESSIONS__REDIS_HOST", "r", 'unknown variable, did you mean "FLEET_SESSIONS__REDIS__HOST"?'],
    ["FLEET_SERVER__CERT_FILE", "c", 'unknown variable, did you mean "FLEET_SSL__CERT_FILE"?'],
    ["FLEET_SERVER__API_KEY_FIEL", "c", 'unknown variable, did you mean "FLEET_SERVER__API_KEY_FILE"?'],
    ["FLEET_CONFG", "c", 'unknown variable, did you mean "FLEET_CONFIG"?'],
    ["FLEET_ZZZZZ__ZZZZZ", "c", "unknown variable, remove it"],
    ["FLEET_SERVER__PORT", "80a", "must be a whole number from 1 to 65535"],
    ["FLEET_SERVER__PORT", "0x50", "must be a whole number from 1 to 65535"],
    ["FLEET_CLUSTER__ENABLED", "1", "must be true or false"],
    ["FLEET_SERVER__TRUST_PROXY", "[loopback, {]", 'must be one value, or a list such as ["a", "b"]'],
    ["FLEET_SERVER__TRUST_PROXY", "[*loopback]", 'must be one value, or a list such as ["a", "b"]'],
  ])("is refused with the variable's name: %s=%s", (name, text, message) => {
    expect(problemsOf({ env: { ...variables(together), [name]: text } })).toEqual([`environment: ${name}: ${message}`]);
  });

  it("may not give a setting in two ways", () => {
    const env = { ...variables(together), FLEET_DB_BACKEND: "sqlite", FLEET_SERVER__DB_BACKEND: "sqlite" };
    expect(problemsOf({ env })).toEqual([
      "environment: FLEET_SERVER__DB_BACKEND: FLEET_DB_BACKEND sets the same: keep one of the two",
    ]);
  });

  it("is told what is required when there is no file", () => {
    expect(problemsOf({ env: { FLEET_SERVER__WEB_PASSWORD: webPassword } })).toEqual([
      "environment: FLEET_SERVER__API_KEY: is required: set it, or FLEET_SERVER__API_KEY_FILE to the path of a file that holds it",
    ]);
  });
});
