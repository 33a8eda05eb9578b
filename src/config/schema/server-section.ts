import { host, proxyAddresses } from "./network-values.js";
import { backend, byteSize, flag, port, text, wholeNumber } from "./plain-values.js";
import { agentKeys, databaseUrl, fernetKeys, password, payloadKeys } from "./secret-values.js";
import { section, setting } from "./setting.js";

const DAY_SECONDS = 86_400;

export const serverSection = section("The HTTP server, its keys and the fleet database.", {
  host: setting(host().default("127.0.0.1"), {
    description: "Address to listen on; 0.0.0.0 listens on every interface, which a node behind a load balancer needs.",
  }),
  port: setting(port().default(8768), { description: "Port for agents, browsers and the load balancer." }),
  api_key: setting(agentKeys(), {
    description: "Key that agents send, or a list while the key is being changed: every listed key is accepted.",
    secret: "value",
    example: "REPLACE_WITH_AN_API_KEY",
  }),
  api_key_requests_per_minute: setting(wholeNumber(1, 1_000_000).default(600), {
    description:
      "Requests that one API key made in the web UI may send a minute, unless it has its own limit; not for agents.",
  }),
  web_username: setting(text(128).default("admin"), {
    description: "Name of the administrator that is created at the very first start; it changes nothing later.",
  }),
  web_password: setting(password(8), {
    description: "Password of that first administrator; afterwards it is changed over the API.",
    secret: "value",
    example: "REPLACE_WITH_A_PASSWORD",
  }),
  db_backend: setting(backend(["postgres", "sqlite"]).prefault("sqlite"), {
    description: "Where the fleet's data lives: sqlite or postgresql; it may also stand at the top level of the file.",
  }),
  db_path: setting(text().default("data/fleet_data.sqlite3"), {
    description: "File of the SQLite database; all nodes of a cluster on SQLite must share it.",
  }),
  db_url: setting(databaseUrl().optional(), {
    description: "Address of the PostgreSQL database; it may also stand at the top level of the file.",
    secret: "url",
    example: "postgresql://fleet:REPLACE_WITH_THE_PASSWORD@db.example.com/fleet?sslmode=verify-full",
    unset: "none",
  }),
  db_encryption_key: setting(fernetKeys().default([]), {
    description: "Fernet key for stored data, the same on all nodes, or a list: the first encrypts, all decrypt.",
    secret: "value",
    example: "REPLACE_WITH_A_FERNET_KEY",
    unset: "data is stored readable",
  }),
  encryption_key: setting(payloadKeys().default([]), {
    description: "Base64 key of 32 bytes that opens encrypted reports (AES-256-GCM), or a list: all of them open.",
    secret: "value",
    example: "REPLACE_WITH_A_PAYLOAD_KEY",
    unset: "encrypted reports are refused",
  }),
  require_encryption: setting(flag().default(false), {
    description: "Whether to refuse reports that are not encrypted with encryption_key.",
  }),
  max_connections: setting(wholeNumber(1, 1_000_000).default(1000), {
    description: "Open client connections this node accepts; each costs memory and one file descriptor.",
  }),
  thread_pool_size: setting(wholeNumber(1, 1024).optional(), {
    description: "Threads for password hashing, files and name lookups; more than the host has cores rarely pays.",
    unset: "4",
    example: 4,
  }),
  request_timeout: setting(wholeNumber(1, DAY_SECONDS).default(60), {
    description: "Longest time to receive one request; a higher value lets slow clients hold connections longer.",
    unit: "seconds",
  }),
  max_report_size: setting(byteSize(1024, 64 * 1024 * 1024).prefault("1mb"), {
    description: "Largest report accepted; raising it raises the memory that every request in flight may take.",
    unit: "bytes, or with kb or mb",
  }),
  trust_proxy: setting(proxyAddresses().prefault("loopback"), {
    description: "Proxies whose X-Forwarded headers are believed: addresses or ranges; list only your load balancers.",
  }),
  drain_seconds: setting(wholeNumber(0, 3600).default(10), {
    description:
      "How long a stopping node still serves, so that the load balancer sees it leave; lengthens every stop.",
    unit: "seconds",
  }),
  shutdown_timeout: setting(wholeNumber(1, 7200).default(60), {
    description: "After this time a stopping node ends even with requests in flight; must exceed drain_seconds.",
    unit: "seconds",
  }),
  history_size: setting(wholeNumber(1, 10_000_000).optional(), {
    description: "Raw samples kept per machine; more take more disk.",
    unit: "samples",
    example: 1000,
    unset: "bounded by history.raw_hours",
  }),
  history_retention_days: setting(wholeNumber(1, 36_500).optional(), {
    description: "How long raw samples are kept; longer takes more disk.",
    unit: "days",
    example: 30,
    unset: "bounded by history.raw_hours",
  }),
});
