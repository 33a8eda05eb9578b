import { z } from "zod";
import { incidentKinds, receiverTypes, severities } from "../config/schema/alert-lists.js";
import { notificationKinds } from "./incidents/incident-answer.js";

const limits = {
  kind: z.enum(incidentKinds),
  enabled: z.boolean(),
  threshold: z.number().nullable().meta({ description: "In the unit; null where the rule has none." }),
  for: z.number().meta({ description: "Seconds for which it must hold." }),
};

const rule = z
  .object({
    ...limits,
    severity: z.enum(severities),
    unit: z.enum(["percent", "days", "machines"]).nullable().meta({ description: "Of the threshold." }),
  })
  .meta({
    id: "AlertRule",
    description: "When an incident of this kind is opened.",
    examples: [{ kind: "cpu", enabled: true, threshold: 95, for: 600, severity: "warning", unit: "percent" }],
  });

export type RuleView = z.output<typeof rule>;

const override = z.object({ tag: z.string(), ...limits }).meta({
  id: "AlertOverride",
  description: "Other limits of one rule, for the machines with a tag.",
  examples: [{ tag: "batch", kind: "cpu", enabled: false, threshold: 95, for: 600 }],
});

export type OverrideView = z.output<typeof override>;

const lastDelivery = z.object({
  at: z.iso.datetime(),
  what: z.enum(notificationKinds),
  state: z.enum(["pending", "delivered", "failed"]),
  error: z.string().nullable(),
});

const receiver = z
  .object({
    name: z.string(),
    type: z.enum(receiverTypes),
    target: z.string().meta({ description: "The host or the mail addresses; never what lets one in." }),
    min_severity: z.enum(severities),
    kinds: z.array(z.enum(incidentKinds)).nullable().meta({ description: "Null: all." }),
    last: lastDelivery.nullable().meta({ description: "Its newest notification; null where there is none." }),
  })
  .meta({
    id: "AlertReceiver",
    description: "Who is told of incidents.",
    examples: [
      {
        name: "on-call",
        type: "webhook",
        target: "pager.example.com",
        min_severity: "warning",
        kinds: null,
        last: { at: "2026-11-26T10:30:01.000Z", what: "opened", state: "delivered", error: null },
      },
    ],
  });

export type ReceiverView = z.output<typeof receiver>;

export const alertsInEffect = z
  .object({
    enabled: z.boolean(),
    evaluated_at: z.iso.datetime().nullable().meta({ description: "When the fleet was last looked at." }),
    grace_until: z.iso.datetime().nullable().meta({
      description: "Until then no machine is called offline, because the service itself was away.",
    }),
    rules: z.array(rule),
    overrides: z.array(override),
    receivers: z.array(receiver),
  })
  .meta({ id: "Alerts", description: "The rules in effect, and who is told." });

export type AlertsView = z.output<typeof alertsInEffect>;

export const testOutcome = z
  .object({ delivered: z.literal(true) })
  .meta({ id: "TestOutcome", description: "The receiver has taken the test notification." });
