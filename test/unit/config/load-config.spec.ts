import { deriveNodeId } from "../../../src/config/detect-node.js";
import { loadConfig } from "../../../src/config/load-config.js";
import {
  apiKey,
  fernetKey,
  host,
  load,
  otherFernetKey,
  payloadKey,
  required,
  webPassword,
  yamlOf,
} from "./config-fixture.js";

const minimal = yamlOf(required);

describe("the effective configuration", () => {
  it("needs nothing but an API key and a password", () => {
    const redis = { db: 1, host: "localhost", port: 6379, sentinel_name: "mymaster", sentinels: [], tls: false };
    expect(load({ yaml: minimal })).toEqual({
      organization: { name: "Fleet" },
      server: {
        host: "127.0.0.1",
        port: 8768,
        api_key: [apiKey],
        api_key_requests_per_minute: 600,
        web_username: "admin",
        web_password: webPassword,
        db_backend: "sqlite",
        db_path: "data/fleet_data.sqlite3",
        db_encryption_key: [],
        encryption_key: [],
        require_encryption: false,
        max_connections: 1000,
        request_timeout: 60,
        max_report_size: 1_048_576,
        trust_proxy: ["loopback"],
        drain_seconds: 10,
        shutdown_timeout: 60,
      },
      history: { raw_hours: 48, five_minute_days: 30, hourly_days: 730, detail_interval: 60 },
      machines: { warning_after: 30, offline_after: 60, hide_names: false },
      alerts: {
        enabled: true,
        interval: 10,
        grace: 180,
        machine_offline: { enabled: true, severity: "critical" },
        mass_loss: { at_least: 10, share: 0, window: 120, severity: "critical" },
        cpu: { enabled: true, above: 95, for: 600, severity: "warning" },
        memory: { enabled: true, above: 95, for: 600, severity: "warning" },
        disk: { enabled: true, above: 90, for: 300, severity: "warning" },
        node_inactive: { enabled: true, for: 0, severity: "critical" },
        settings_differ: { enabled: true, for: 300, severity: "warning" },
        certificate: { enabled: true, days: 14, severity: "warning" },
        overrides: [],
        receivers: [],
        smtp: { port: 587, tls: "starttls" },
      },
      ssl: {},
      cluster: {
        enabled: false,
        backend: "file",
        hostname: "server-07.example.com",
        node_id: deriveNodeId("server-07.example.com", host.machineId, 8768),
        port: 8768,
        heartbeat_interval: 10,
        node_timeout: 30,
        forget_after: 86_400,
        lease_timeout: 30,
        redis_host: "localhost",
        redis_port: 6379,
        redis_db: 0,
        redis_tls: false,
        redis_sentinels: [],
        redis_sentinel_name: "mymaster",
        state_path: "data/cluster-state.json",
      },
      sessions: { backend: "file", ttl: 3600, redis, db_path: "data/sessions.db", session_dir: "data/sessions" },
      monitoring: { enabled: false, host: "127.0.0.1", port: 9090, endpoint: "/metrics" },
      logging: { level: "info", format: "json" },
    });
  });

  it("is the same from the environment alone", () => {
    const env = { FLEET_SERVER__API_KEY: apiKey, FLEET_SERVER__WEB_PASSWORD: webPassword };
    expect(load({ env })).toEqual(load({ yaml: minimal }));
  });

  it("is frozen at every depth", () => {
    const unfrozen = (value: unknown): boolean =>
      typeof value === "object" && value !== null && (!Object.isFrozen(value) || Object.values(value).some(unfrozen));
    expect(unfrozen(load({ yaml: minimal }))).toBe(false);
  });

  it("accepts the cluster guide's file unchanged but for host names and keys", () => {
    const config = load({ yaml: guideFile });
    expect(config.organization.name).toBe("Acme");
    expect(config.cluster).toMatchObject({
      enabled: true,
      backend: "redis",
      hostname: "server-01.acme.test",
      node_id: "server-01",
      port: 8768,
      redis_host: "redis.acme.test",
      redis_password: "redis-password",
      state_path: "/mnt/fleet-cluster/cluster-state.json",
    });
    expect(config.sessions).toMatchObject({ backend: "redis", redis: { host: "redis.acme.test", db: 1 } });
    expect(config.server).toMatchObject({ db_encryption_key: [fernetKey], encryption_key: [payloadKey] });
  });

  it("accepts the options that the guide only mentions", () => {
    const yaml = yamlOf({
      ...required,
      "server.max_connections": 1000,
      "server.thread_pool_size": 50,
      "server.request_timeout": 60,
      "server.history_size": 1000,
      "server.history_retention_days": 30,
      "monitoring.enabled": true,
      "monitoring.port": 9090,
      "monitoring.endpoint": "/metrics",
      db_backend: "sqlite",
    });
    expect(load({ yaml }).server).toMatchObject({ thread_pool_size: 50, history_size: 1000, db_backend: "sqlite" });
  });

  it("takes null and an empty section for 'not set'", () => {
    const yaml = `${minimal}cluster:\n  redis_password: null\n  node_id: ~\nsessions:\n  redis:\nssl:\n`;
    expect(load({ yaml })).toEqual(load({ yaml: minimal }));
  });

  it("finds the node's own name, port and log format out by itself, and believes what is set", () => {
    expect(load({ yaml: yamlOf({ ...required, "server.port": 9000 }) }).cluster).toMatchObject({
      port: 9000,
      node_id: deriveNodeId("server-07.example.com", host.machineId, 9000),
    });
    const named = yamlOf({ ...required, "cluster.hostname": "a.b", "cluster.port": 443, "logging.format": "pretty" });
    expect(load({ yaml: named })).toMatchObject({
      cluster: { hostname: "a.b", port: 443, node_id: deriveNodeId("a.b", host.machineId, 8768) },
      logging: { format: "pretty" },
    });
    const env = { FLEET_SERVER__API_KEY: apiKey, FLEET_SERVER__WEB_PASSWORD: webPassword };
    expect(loadConfig({ env, host: { ...host, terminal: true } }).logging.format).toBe("pretty");
  });

  it("asks the host when it is not told about it", () => {
    const env = { FLEET_SERVER__API_KEY: apiKey, FLEET_SERVER__WEB_PASSWORD: webPassword };
    expect(loadConfig({ env }).cluster.node_id).toMatch(/^[A-Za-z0-9_-]+-[0-9a-f]{6}$/);
  });

  it("lends the fleet database's address to the cluster and the sessions, unless they have their own", () => {
    const shared = "postgresql://u:p@db.example.com/fleet";
    const own = "postgresql://u:p@other.example.com/fleet";
    const config = load({ yaml: yamlOf({ ...required, db_url: shared, "sessions.db_url": own }) });
    expect(config).toMatchObject({
      server: { db_url: shared },
      cluster: { db_url: shared },
      sessions: { db_url: own },
    });
  });

  it.each<[setting: string, written: unknown, effective: unknown]>([
    ["server.api_key", "just-one-key", ["just-one-key"]],
    ["server.api_key", ["new-key-1", "old-key-2"], ["new-key-1", "old-key-2"]],
    ["server.db_encryption_key", [fernetKey, otherFernetKey], [fernetKey, otherFernetKey]],
    ["server.encryption_key", payloadKey, [payloadKey]],
    ["server.max_report_size", "512kb", 524_288],
    ["server.max_report_size", "1.5 MB", 1_572_864],
    ["server.max_report_size", "2048b", 2048],
    ["server.max_report_size", "4096", 4096],
    ["server.max_report_size", 65_536, 65_536],
    ["server.trust_proxy", "10.0.0.0/8", ["10.0.0.0/8"]],
    ["server.trust_proxy", "loopback, 10.0.0.5", ["loopback", "10.0.0.5"]],
    ["server.trust_proxy", ["uniquelocal", "fd00::/8", "::1"], ["uniquelocal", "fd00::/8", "::1"]],
    ["server.trust_proxy", [], []],
    ["server.drain_seconds", 0, 0],
    ["server.web_password", "SecurePassword123!", "SecurePassword123!"],
    ["cluster.heartbeat_interval", 0.1, 0.1],
    ["cluster.node_timeout", 20.5, 20.5],
    ["cluster.redis_sentinels", "s1:26379", [{ host: "s1", port: 26_379 }]],
    ["cluster.node_id", "a.b-c_D9", "a.b-c_D9"],
    [
      "sessions.redis.sentinels",
      ["[::1]:1", "s.example.com:65535"],
      [
        { host: "::1", port: 1 },
        { host: "s.example.com", port: 65_535 },
      ],
    ],
    ["sessions.ttl", 60, 60],
    ["monitoring.host", "::", "::"],
    ["server.db_url", "postgres:///fleet?host=/run/postgresql", "postgres:///fleet?host=/run/postgresql"],
  ])("reads %s: %j", (setting, written, effective) => {
    const config = load({ yaml: yamlOf({ ...required, [setting]: written }) });
    expect(setting.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config)).toEqual(
      effective,
    );
  });

  it("follows YAML aliases", () => {
    const yaml = `${minimal}cluster:\n  redis_password: &redis hunter2\nsessions:\n  redis:\n    password: *redis\n`;
    expect(load({ yaml }).sessions.redis.password).toBe("hunter2");
  });

  it("leaves relative paths to the working directory of the process", () => {
    const paths = { "server.db_path": "./a.db", "ssl.cert_file": "c.pem", "ssl.key_file": "../k.pem" };
    const config = load({ yaml: yamlOf({ ...required, ...paths }) });
    expect(config).toMatchObject({ server: { db_path: "./a.db" }, ssl: { cert_file: "c.pem", key_file: "../k.pem" } });
  });

  it("does not care how the file's lines end, nor for a byte order mark", () => {
    expect(load({ yaml: `\ufeff${minimal.replaceAll("\n", "\r\n")}` })).toEqual(load({ yaml: minimal }));
  });
});

const guideFile = `
organization: { name: Acme }
server:
  host: "0.0.0.0"
  port: 8768
  api_key: "acme-agent-key"
  web_username: "admin"
  web_password: "SecurePassword123!"
  db_encryption_key: "${fernetKey}"
  db_path: "/mnt/fleet-cluster/fleet_data.sqlite3"
  encryption_key: "${payloadKey}"
ssl:
  cert_file: "/etc/fleet/cert.pem"
  key_file: "/etc/fleet/key.pem"
cluster:
  enabled: true
  backend: "redis"
  hostname: "server-01.acme.test"
  node_id: "server-01"
  heartbeat_interval: 10
  node_timeout: 30
  redis_host: "redis.acme.test"
  redis_port: 6379
  redis_db: 0
  redis_password: "redis-password"
  state_path: "/mnt/fleet-cluster/cluster-state.json"
sessions:
  backend: "redis"
  ttl: 3600
  redis:
    host: "redis.acme.test"
    port: 6379
    db: 1
    password: "redis-password"
  db_path: "/mnt/fleet-cluster/sessions.db"
  session_dir: "/mnt/fleet-cluster/sessions"
`;
