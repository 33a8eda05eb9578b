import { z } from "zod";
import { alertOverrides, alertReceivers, severities, WEEK_SECONDS } from "./alert-lists.js";
import { host } from "./network-values.js";
import { decimal, flag, oneOf, port, text, wholeNumber } from "./plain-values.js";
import { password } from "./secret-values.js";
import { section, setting } from "./setting.js";

const severity = (fallback: (typeof severities)[number]) =>
  setting(oneOf(severities).default(fallback), { description: "How bad it is: warning or critical." });

/** A rule about a percentage. */
function figureRule(figure: string, above: number, seconds: number) {
  return section(`When the ${figure} of a machine stays high.`, {
    enabled: setting(flag().default(true), { description: "Whether this rule is in effect." }),
    above: setting(decimal(0, 100).default(above), {
      description: "What is high; an incident closes once the figure is 5 points below.",
      unit: "percent",
    }),
    for: setting(wholeNumber(0, WEEK_SECONDS).default(seconds), {
      description: "How long it must have been high without a break; higher passes over short peaks.",
      unit: "seconds",
    }),
    severity: severity("warning"),
  });
}

export const alertsSection = section("What becomes an incident, and who is told.", {
  enabled: setting(flag().default(true), { description: "Whether incidents are opened, closed and told at all." }),
  interval: setting(decimal(0.2, 3600).default(10), {
    description: "Time between two looks at the fleet, by one node for all; lower notices earlier and costs more.",
    unit: "seconds",
  }),
  grace: setting(wholeNumber(0, 86_400).default(180), {
    description: "After the service itself was away, time for machines to report again before any is called offline.",
    unit: "seconds",
  }),
  machine_offline: section("When a machine stops reporting.", {
    enabled: setting(flag().default(true), { description: "Whether this rule is in effect." }),
    after: setting(wholeNumber(1, WEEK_SECONDS).optional(), {
      description: "Silence after which a machine is called offline; higher notices failures later.",
      unit: "seconds",
      example: 120,
      unset: "twice machines.offline_after",
    }),
    severity: severity("critical"),
  }),
  mass_loss: section("When many machines stop reporting together: they become one incident.", {
    at_least: setting(wholeNumber(2, 1_000_000).default(10), {
      description: "So many machines make it a mass loss.",
      unit: "machines",
    }),
    share: setting(decimal(0, 100).default(0), {
      description: "And at least this part of the fleet, for large fleets that always lose some.",
      unit: "percent",
    }),
    window: setting(wholeNumber(1, 86_400).default(120), {
      description: "They must have stopped within so long of each other.",
      unit: "seconds",
    }),
    severity: severity("critical"),
  }),
  cpu: figureRule("CPU usage", 95, 600),
  memory: figureRule("memory usage", 95, 600),
  disk: figureRule("disk usage", 90, 300),
  node_inactive: section("When a node of the cluster has failed.", {
    enabled: setting(flag().default(true), { description: "Whether this rule is in effect." }),
    for: setting(wholeNumber(0, WEEK_SECONDS).default(0), {
      description: "How long it must have been inactive, besides cluster.node_timeout.",
      unit: "seconds",
    }),
    severity: severity("critical"),
  }),
  settings_differ: section("When a node's settings differ from those of the others.", {
    enabled: setting(flag().default(true), { description: "Whether this rule is in effect." }),
    for: setting(wholeNumber(0, WEEK_SECONDS).default(300), {
      description: "How long they must have differed; longer than rolling a change out takes.",
      unit: "seconds",
    }),
    severity: severity("warning"),
  }),
  certificate: section("When the certificate that a node serves HTTPS with is near its end.", {
    enabled: setting(flag().default(true), { description: "Whether this rule is in effect." }),
    days: setting(wholeNumber(1, 3650).default(14), {
      description: "Time before its end from which on it is told.",
      unit: "days",
    }),
    severity: severity("warning"),
  }),
  overrides: setting(alertOverrides().default([]), {
    description:
      "Other limits for the machines with a tag, or off for none; of several that fit, the first that names a rule counts.",
    example: [{ tag: "batch", cpu: "off", machine_offline: { after: 600 } }],
    unset: "the same limits for all machines",
  }),
  receivers: setting(alertReceivers().default([]), {
    description:
      "Who is told, each with a name and a type: webhook (url and secret), slack (url) or email (to); min_severity and kinds narrow what.",
    itemSecrets: { url: "url", secret: "value" },
    example: [
      {
        name: "pager",
        type: "webhook",
        url: "https://pager.example.com/fleet",
        secret: "REPLACE_WITH_A_WEBHOOK_SECRET",
      },
    ],
    unset: "nobody, and incidents are kept and shown",
  }),
  web_url: setting(
    z
      .url({ protocol: /^https?$/, error: "must be an address that begins with https:// or http://" })
      .max(2000)
      .optional(),
    {
      description: "Where people reach the web pages, for links in notifications.",
      example: "https://fleet.example.com",
      unset: "no links",
    },
  ),
  smtp: section("The mail server, for receivers of the type email.", {
    host: setting(host().optional(), {
      description: "Mail server to hand notifications to.",
      example: "smtp.example.com",
      unset: "no mail is sent",
    }),
    port: setting(port().default(587), { description: "Port of the mail server." }),
    tls: setting(oneOf(["starttls", "implicit", "none"]).default("starttls"), {
      description: "How the connection is encrypted: starttls, implicit (mostly on port 465) or none.",
    }),
    username: setting(text(256).optional(), {
      description: "User name at the mail server.",
      example: "fleet",
      unset: "no login",
    }),
    password: setting(password(1).optional(), {
      description: "Password at the mail server.",
      secret: "value",
      example: "REPLACE_WITH_THE_SMTP_PASSWORD",
      unset: "no login",
    }),
    from: setting(text(320).regex(/@/, { error: "must be a mail address" }).optional(), {
      description: "Address that mails come from.",
      example: "fleet@example.com",
      unset: "no mail is sent",
    }),
  }),
});
