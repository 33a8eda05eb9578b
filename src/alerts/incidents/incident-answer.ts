import { z } from "zod";
import { incidentKinds, severities } from "../../config/schema/alert-lists.js";

export const notificationKinds = ["opened", "updated", "closed"] as const;

const trait = z
  .object({
    trait: z.enum(["tag", "subnet", "domain", "os"]),
    value: z.string(),
    machines: z.int().meta({ description: "How many of those that were looked at have it." }),
  })
  .meta({
    id: "SharedTrait",
    description: "What most of the machines of a mass loss have in common.",
    examples: [{ trait: "tag", value: "rack-7", machines: 48 }],
  });

const incidentShape = {
  id: z.string().meta({ description: "Ids of later incidents are greater." }),
  kind: z.enum(incidentKinds),
  severity: z.enum(severities),
  subject: z.string().meta({
    description: "The machine's or node's id; of a mass loss the incident's own id.",
  }),
  subject_name: z.string().meta({ description: "The machine's host name, where it has told one." }),
  summary: z.string().meta({ description: "What is wrong, in a sentence." }),
  opened_at: z.iso.datetime(),
  closed_at: z.iso.datetime().nullable().meta({ description: "Null while it is open." }),
  value: z.number().nullable().meta({
    description:
      "When it was told: the figure in percent, seconds of silence, days to a certificate's end, or machines lost.",
  }),
  threshold: z.number().nullable().meta({ description: "The limit that was passed, in the same unit." }),
  count: z.int().nullable().meta({ description: "Of a mass loss: how many machines were lost." }),
  missing: z.int().nullable().meta({ description: "Of a mass loss: how many of them are still missing." }),
  shared: z.array(trait).meta({ description: "Of a mass loss: what the machines have in common." }),
  silenced: z.boolean().meta({ description: "Whether a silence keeps it from being told." }),
};

const example = {
  id: "019ac2f0-5b1e-7c3a-9d2e-3f4a5b6c7d8e",
  kind: "machine_offline" as const,
  severity: "critical" as const,
  subject: "web-01",
  subject_name: "web-01.example.com",
  summary: "web-01.example.com has not reported for 2 minutes.",
  opened_at: "2026-11-26T10:30:00.000Z",
  closed_at: null,
  value: 121,
  threshold: 120,
  count: null,
  missing: null,
  shared: [],
  silenced: false,
};

/** An incident as receivers of notifications see it: as it was when the notification was decided. */
const toldIncident = z.object(incidentShape);
export type ToldIncident = z.output<typeof toldIncident>;

const incident = toldIncident
  .extend({
    deliveries: z
      .object({ pending: z.int(), delivered: z.int(), failed: z.int() })
      .meta({ description: "Notifications by what became of them." }),
  })
  .meta({
    id: "Incident",
    description: "Something that is or was wrong. There is one at a time of a kind about a subject.",
    examples: [{ ...example, deliveries: { pending: 0, delivered: 1, failed: 0 } }],
  });

export type IncidentView = z.output<typeof incident>;

const notificationExample = {
  key: "019ac2f0-5b1e-7c3a-9d2e-3f4a5b6c7d8f",
  receiver: "on-call",
  what: "opened" as const,
  attempts: 1,
  next_attempt_at: null,
  delivered_at: "2026-11-26T10:30:01.000Z",
  failed_at: null,
  last_error: null,
};

const notification = z
  .object({
    key: z.string().meta({
      description: "The idempotency key: the same however often it is sent, and for all that go out as one message.",
    }),
    receiver: z.string(),
    what: z.enum(notificationKinds),
    attempts: z.int(),
    next_attempt_at: z.iso.datetime().nullable(),
    delivered_at: z.iso.datetime().nullable(),
    failed_at: z.iso.datetime().nullable().meta({ description: "When it was given up." }),
    last_error: z.string().nullable(),
  })
  .meta({
    id: "Notification",
    description: "What one receiver is told of one incident.",
    examples: [notificationExample],
  });

export type NotificationView = z.output<typeof notification>;

export const incidentDetail = incident
  .extend({
    notifications: z.array(notification),
    missing_machines: z.array(z.string()).meta({
      description: "Of an open mass loss: ids of machines that are still missing, at most 100.",
    }),
  })
  .meta({
    id: "IncidentDetail",
    description: "An incident with its notifications.",
    examples: [
      {
        ...example,
        deliveries: { pending: 0, delivered: 1, failed: 0 },
        notifications: [notificationExample],
        missing_machines: [],
      },
    ],
  });

export type IncidentDetailView = z.output<typeof incidentDetail>;

export const incidentPage = z
  .object({
    incidents: z.array(incident).meta({ description: "Newest first." }),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
    open_count: z.int().meta({ description: "How many are open, whatever was asked for." }),
  })
  .meta({ id: "IncidentPage", description: "A page of incidents." });
