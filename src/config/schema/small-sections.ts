import { host } from "./network-values.js";
import { flag, oneOf, port, text, wholeNumber } from "./plain-values.js";
import { section, setting } from "./setting.js";

export const organizationSection = section("Whose fleet this is.", {
  name: setting(text(100).default("Fleet"), { description: "Name shown in the web pages." }),
});

export const historySection = section("How much of a machine's past is kept; more takes more disk.", {
  raw_hours: setting(wholeNumber(1, 87_600).default(48), {
    description: "How long raw samples are kept.",
    unit: "hours",
  }),
  five_minute_days: setting(wholeNumber(1, 36_500).default(30), {
    description: "How long averages over five minutes are kept.",
    unit: "days",
  }),
  hourly_days: setting(wholeNumber(1, 36_500).default(730), {
    description: "How long averages over an hour are kept.",
    unit: "days",
  }),
  detail_interval: setting(wholeNumber(1, 86_400).default(60), {
    description: "Time between samples of a machine that are kept whole; higher takes less disk and shows less detail.",
    unit: "seconds",
  }),
});

export const machinesSection = section("How machines are shown.", {
  warning_after: setting(wholeNumber(1, 31_536_000).default(30), {
    description: "Silence after which a machine is shown as warning; higher notices failures later.",
    unit: "seconds",
  }),
  offline_after: setting(wholeNumber(1, 31_536_000).default(60), {
    description: "Silence after which a machine is shown as offline, not below warning_after; higher notices later.",
    unit: "seconds",
  }),
  hide_names: setting(flag().default(false), {
    description:
      "With a database key, keep host names, addresses and tags unreadable too: then only whole ones are found, and machines sort by id.",
  }),
});

export const sslSection = section("HTTPS by the node itself; set both files or neither, changes are picked up.", {
  cert_file: setting(text().optional(), {
    description: "PEM file with the certificate and its chain.",
    example: "/etc/fleet/cert.pem",
    unset: "plain HTTP",
  }),
  key_file: setting(text().optional(), {
    description: "PEM file with the certificate's private key.",
    example: "/etc/fleet/key.pem",
    unset: "plain HTTP",
  }),
});

export const monitoringSection = section("Figures for Prometheus, without a login, on a port of their own.", {
  enabled: setting(flag().default(false), {
    description: "Whether to serve metrics; config/prometheus.yml, alerts.yml and grafana/ beside it make use of them.",
  }),
  host: setting(host().default("127.0.0.1"), {
    description: "Address to serve metrics on, one that only Prometheus can reach; 0.0.0.0 shows them to everybody.",
  }),
  port: setting(port().default(9090), { description: "Port for metrics, other than server.port." }),
  endpoint: setting(
    text(256)
      .regex(/^\/[A-Za-z0-9/._-]*$/, { error: "must be a path that starts with /, such as /metrics" })
      .default("/metrics"),
    { description: "Path of the metrics." },
  ),
});

export const loggingSection = section("What is logged, and where to.", {
  level: setting(oneOf(["trace", "debug", "info", "warn", "error"]).default("info"), {
    description:
      "Least important lines to log: trace, debug, info, warn or error; debug and trace slow a busy node down.",
  }),
  format: setting(oneOf(["pretty", "json"]).optional(), {
    description: "Form of the lines: pretty for people, json for machines.",
    example: "json",
    unset: "pretty on a terminal, else json",
  }),
  file: setting(text().optional(), {
    description: "File to append the log to as well; rotating it is up to the host.",
    example: "/var/log/fleet-server.log",
    unset: "none",
  }),
});
